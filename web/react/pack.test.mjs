// What a user of the packages gets: packs them, installs them in fresh projects with React 18 and
// 19, checks the types, builds a page of each entry, and writes how large it is into README.md.
//
//   node pack.test.mjs          fails if README.md says other sizes (by more than a tenth)
//   node pack.test.mjs --write  writes them
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';

const here = fileURLToPath(new URL('.', import.meta.url));
const temporary = mkdtempSync(join(tmpdir(), 'pgrecall-pack-'));

/** What each entry is tried with. */
const entries = {
  hooks: `import { PgRecallProvider, useAuditLog, type Change } from '@pgrecall/react/hooks';
    function List() {
      const { changes, loadMore } = useAuditLog({ tableName: 'orders', operations: ['delete'] });
      return <ul onClick={loadMore}>{changes.map((c: Change) => <li key={c.id}>{c.table}</li>)}</ul>;
    }
    export const page = (
      <PgRecallProvider address="" target="shop" token={async () => ({ token: 't' })}><List /></PgRecallProvider>
    );`,
  AuditLogViewer: componentPage('AuditLogViewer', '<AuditLogViewer tableName="orders" />'),
  RecordHistory: componentPage('RecordHistory', '<RecordHistory tableName="a" recordId={1} />'),
  ChangeDiff: componentPage('ChangeDiff', '<ChangeDiff before={{ a: 1 }} after={{ a: 2 }} />'),
  ActivityHeatmap: componentPage('ActivityHeatmap', '<ActivityHeatmap />'),
  everything: `import * as all from '@pgrecall/react';
    export const page = all;`,
};

const sizes = {};
try {
  const packages = pack();
  for (const react of ['18', '19']) {
    const project = install(react, packages);
    run('npx', ['tsc', '--noEmit', '-p', project], project);
    for (const name of Object.keys(entries)) sizes[name] = await sizeOf(project, name);
    console.log(`React ${react}: types and builds are fine`);
  }
  sizes['styles.css'] = gzipSync(readFileSync(join(here, 'dist/styles.css'))).length;
  if (process.argv.includes('--write')) writeSizes();
  else checkSizes();
} finally {
  rmSync(temporary, { recursive: true, force: true });
}

function componentPage(name, element) {
  return `import { PgRecallProvider, ${name} } from '@pgrecall/react';
    export const page = (
      <PgRecallProvider address="" target="shop" token="t">${element}</PgRecallProvider>
    );`;
}

function run(command, args, cwd) {
  return execFileSync(command, args, { cwd, stdio: ['ignore', 'pipe', 'inherit'] }).toString();
}

function pack() {
  return ['../api-client', '.'].map((folder) => {
    const args = ['pack', '--json', '--loglevel=error', '--pack-destination', temporary];
    const output = run('npm', args, join(here, folder));
    const packed = JSON.parse(output.slice(output.search(/^[[{]/m)));
    const [{ filename }] = Array.isArray(packed) ? packed : Object.values(packed);
    return join(temporary, filename);
  });
}

function install(react, packages) {
  const project = join(temporary, `react-${react}`);
  mkdirSync(project);
  const [client, components] = packages;
  const manifest = {
    name: 'page',
    private: true,
    type: 'module',
    dependencies: {
      '@pgrecall/api-client': `file:${client}`,
      '@pgrecall/react': `file:${components}`,
      react: `^${react}.0.0`,
      'react-dom': `^${react}.0.0`,
      '@types/react': `^${react}.0.0`,
      '@types/react-dom': `^${react}.0.0`,
      typescript: '~5.9.3',
    },
  };
  writeFileSync(join(project, 'package.json'), JSON.stringify(manifest));
  const compilerOptions = {
    target: 'ES2022',
    lib: ['ES2022', 'DOM'],
    module: 'ESNext',
    moduleResolution: 'bundler',
    jsx: 'react-jsx',
    strict: true,
    // The declarations of the packages are checked, too; those of others are not ours.
    skipLibCheck: false,
    types: [],
  };
  writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions }));
  for (const [name, text] of Object.entries(entries)) {
    writeFileSync(join(project, `${name}.tsx`), text);
  }
  run('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error'], project);
  return project;
}

/** How much a page grows by it, with React left out, which the page has anyway. */
async function sizeOf(project, name) {
  const outDir = join(project, `dist-${name}`);
  await build({
    root: project,
    configFile: false,
    logLevel: 'error',
    build: {
      outDir,
      minify: true,
      lib: { entry: join(project, `${name}.tsx`), formats: ['es'], fileName: 'page' },
      rollupOptions: { external: [/^react($|\/)/, /^react-dom($|\/)/] },
    },
  });
  const files = readdirSync(outDir).filter((file) => file.endsWith('.js'));
  return gzipSync(Buffer.concat(files.map((file) => readFileSync(join(outDir, file))))).length;
}

function table() {
  const rows = Object.entries(sizes).map(([name, bytes]) => {
    return `| \`${name}\` | ${(bytes / 1000).toFixed(1)} kB |`;
  });
  return ['| | gzip |', '|---|---|', ...rows].join('\n');
}

function writeSizes() {
  const readme = readFileSync(join(here, 'README.md'), 'utf8');
  const written = readme.replace(/\|\s+\| gzip \|\n(\|.*\n)*/, `${table()}\n`);
  writeFileSync(join(here, 'README.md'), written);
  console.log(table());
}

function checkSizes() {
  const readme = readFileSync(join(here, 'README.md'), 'utf8');
  for (const [name, bytes] of Object.entries(sizes)) {
    const said = readme.match(new RegExp(`\\| \`${name}\` \\| ([\\d.]+) kB`))?.[1];
    const isNear = said !== undefined && Math.abs(bytes / 1000 - Number(said)) <= Number(said) / 10;
    if (!isNear) {
      console.error(`${name} has ${(bytes / 1000).toFixed(1)} kB, README.md says ${said}`);
      process.exitCode = 1;
    }
  }
}
