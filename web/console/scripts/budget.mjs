// Fails the build when what a browser loads before the first page outgrows the budget.
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const budget = 250 * 1024;
const html = readFileSync('dist/index.html', 'utf8');
const files = [...html.matchAll(/(?:src|href)="\/(assets\/[^"]+)"/g)].map((match) => match[1]);
const total = files.reduce((sum, file) => sum + gzipSync(readFileSync(`dist/${file}`)).length, 0);

console.log(`initial load: ${(total / 1024).toFixed(1)} KiB gzip of ${budget / 1024}`);
if (total > budget) {
  console.error('the initial load is larger than it may be; split a page off');
  process.exit(1);
}
