// Writes dist/styles.css: all sheets of src/styles in one cascade layer, every declaration important.
//
// The components live in pages whose style sheets nobody here has seen. A sheet without a layer
// beats a layer, but for important declarations it is the other way round (CSS Cascading and
// Inheritance Level 5, section 6.4.1): so what is important and in a layer cannot be changed by
// accident, not even by `button { … !important }`. What may be changed are the custom properties
// `--pgr-*`, which are read and never set here.
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import postcss from 'postcss';

const folder = new URL('../src/styles/', import.meta.url);
const output = new URL('../dist/styles.css', import.meta.url);

const names = (await readdir(folder)).filter((name) => name.endsWith('.css')).sort();
const sheets = await Promise.all(names.map((name) => readFile(new URL(name, folder), 'utf8')));
const layer = postcss.parse(`@layer pgr {\n${sheets.join('\n')}\n}`);

layer.walkComments((comment) => comment.remove());
layer.walkDecls((declaration) => {
  const isInKeyframes = declaration.parent?.parent?.name === 'keyframes';
  const isDescriptor = declaration.parent?.type === 'atrule';
  const isProperty = declaration.prop.startsWith('--');
  if (!isInKeyframes && !isDescriptor && !isProperty) declaration.important = true;
});

await mkdir(new URL('.', output), { recursive: true });
await writeFile(output, layer.toString().replace(/\n\s*\n/g, '\n'));
