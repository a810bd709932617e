// Writes src/schema.ts from the committed description of the API; with `--check` it only tells
// whether what is committed is current, and fails if not.
import { readFile, writeFile } from 'node:fs/promises';
import openapiTS, { astToString } from 'openapi-typescript';

const description = new URL('../../../docs/reference/openapi.json', import.meta.url);
const output = new URL('../src/schema.ts', import.meta.url);

const document = JSON.parse(await readFile(description, 'utf8'));
closeReferences(document);

const nodes = await openapiTS(document, { emptyObjectsUnknown: true, alphabetize: true });
const text = `// Generated from docs/reference/openapi.json with \`npm run generate\`.\n\n${astToString(nodes)}`;

if (!process.argv.includes('--check')) {
  await writeFile(output, text);
} else if ((await readFile(output, 'utf8').catch(() => '')) !== text) {
  console.error(
    'src/schema.ts is not what docs/reference/openapi.json says; run `npm run generate`',
  );
  process.exit(1);
}

// A schema that is referred to and not described would stop the generator; nothing is known of it
// but that it is a word in the address.
function closeReferences(document) {
  const schemas = document.components.schemas;
  const references = JSON.stringify(document).matchAll(/#\/components\/schemas\/(\w+)/g);
  for (const [, name] of references) {
    if (schemas[name] !== undefined) continue;
    console.error(`note: ${name} is referred to and not described; taken for a string`);
    schemas[name] = { type: 'string' };
  }
}
