import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { homedir } from 'node:os';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, type Browser, type Page } from 'playwright-core';
import { build, mergeConfig, type InlineConfig } from 'vite';

/** The page in a browser, with an API that always answers the same. */
export interface Stage {
  /** Opens the page as it was built with that React. */
  open: (react: '18' | '19', query?: string) => Promise<Opened>;
  close: () => Promise<void>;
}

/** An opened page, and what the browser had to complain about. */
export interface Opened {
  page: Page;
  complaints: string[];
}

const root = fileURLToPath(new URL('..', import.meta.url));
const cache = `${process.env.XDG_CACHE_HOME ?? `${homedir()}/.cache`}/pgrecall/web`;
const types: Record<string, string> = { '.js': 'text/javascript', '.css': 'text/css' };

/** Builds the page with both versions of React, and starts a server and a browser. */
export async function setStage(): Promise<Stage> {
  process.env.NODE_ENV = 'production';
  const folders = { '18': `${cache}/page-react-18`, '19': `${cache}/page-react-19` };
  await buildPage({ build: { outDir: folders['19'] } });
  await buildPage({ build: { outDir: folders['18'] }, resolve: { alias: oldestReact() } });
  const servers = { '18': await serve(folders['18']), '19': await serve(folders['19']) };
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-background-networking'],
  });
  return {
    open: (react, query = '') => open(browser, `${servers[react].address}/${query}`),
    close: async () => {
      await browser.close();
      Object.values(servers).forEach(({ close }) => close());
    },
  };
}

function buildPage(config: InlineConfig) {
  const common: InlineConfig = { root, logLevel: 'error', build: { emptyOutDir: true } };
  return build(mergeConfig(common, config));
}

/** The oldest React that the components take, installed beside the one that is used otherwise. */
function oldestReact() {
  const folder = `${cache}/react-18`;
  if (!existsSync(`${folder}/node_modules/react-dom`)) {
    console.log(`Installing React 18 for tests in ${folder}`);
    mkdirSync(folder, { recursive: true });
    const wanted = ['react@18', 'react-dom@18'];
    execFileSync('npm', ['install', '--loglevel=error', '--prefix', folder, ...wanted]);
  }
  return ['react', 'react-dom'].map((name) => ({
    find: new RegExp(`^${name}(?=$|/)`),
    replacement: `${folder}/node_modules/${name}`,
  }));
}

async function open(browser: Browser, address: string): Promise<Opened> {
  const page = await browser.newPage({ viewport: { width: 1400, height: 1000 } });
  // Nothing moves, so that what is seen is what stays.
  await page.emulateMedia({ reducedMotion: 'reduce', colorScheme: 'light' });
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    const isComplaint = message.type() === 'error' || message.type() === 'warning';
    // A browser asks for an icon that the page does not name.
    if (isComplaint && !message.location().url.endsWith('favicon.ico')) {
      complaints.push(message.text());
    }
  });
  await page.goto(address);
  return { page, complaints };
}

async function serve(folder: string) {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://page');
    const known = answers.find(([ending]) => pathname.endsWith(ending));
    if (known) {
      known[1](response);
      return;
    }
    void sendFile(`${folder}${pathname === '/' ? '/index.html' : pathname}`, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

async function sendFile(path: string, response: ServerResponse): Promise<void> {
  const content = await readFile(path).catch(() => undefined);
  response.writeHead(content ? 200 : 404, { 'content-type': types[extname(path)] ?? 'text/html' });
  response.end(content);
}

const json = (body: unknown) => (response: ServerResponse) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
};

const changes = Array.from({ length: 400 }, (_, index) => ({
  id: 400 - index,
  tx: 200 - Math.floor(index / 2),
  at: new Date(Date.UTC(2026, 10, 21, 10) - index * 600_000).toISOString(),
  op: ['update', 'insert', 'delete', 'truncate'][index % 4],
  table: 'public.prize',
  key: { id: index },
  old: { id: index, title: 'old', note: null, tags: { a: [1, 2] } },
  new: { id: index, title: 'new', note: '', tags: { a: [1, 3] } },
  changed: ['title', 'note', 'tags'],
  undone_by: index % 7 === 0 ? [9] : [],
  ...{ actor: `user-${index % 5}`, reason: 'clean up', application: 'shop', ip: '198.51.100.7' },
}));

const gap = { table: 'public.prize', reason: 'paused', means: 'tracking was paused', from_tx: 1 };

const answers: readonly [string, (response: ServerResponse) => void][] = [
  ['/recall-token', json({ target: 'shop', token: 't' })],
  ['/changes', json({ changes, next: null })],
  ['/history', json({ changes: changes.slice(0, 6).toReversed(), gaps: [] })],
  [
    '/tables',
    json([{ table: 'public.prize', gaps: [{ ...gap, from_at: '2026-11-20T10:00:00Z' }] }]),
  ],
  ['/activity', json([{ group: { hour: '2026-11-21T10:00:00Z' }, changes: 3 }])],
  [
    '/live',
    (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(': following\n\n');
    },
  ],
];
