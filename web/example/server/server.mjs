// The back end of the example: serves the page, gives whoever is signed in a token for what they may
// see, and hands requests of the page on to pgRecall, so that both have one origin.
//
//   PGRECALL_ADDRESS   where pgRecall listens             (http://127.0.0.1:7788)
//   PGRECALL_TARGET    the database to show               (shop)
//   PGRECALL_TOKEN     an API token that may make viewer tokens
//   PGRECALL_TENANT    whose data the users of this example may see
//   PGRECALL_VIEWER_TOKEN  instead of both: the token of a viewer, handed out as it is
//   PORT               where this listens                 (5180)
import { createReadStream, existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';

const {
  PGRECALL_ADDRESS: address = 'http://127.0.0.1:7788',
  PGRECALL_TARGET: target = 'shop',
  PGRECALL_TOKEN: token,
  PGRECALL_TENANT: tenant,
  PGRECALL_VIEWER_TOKEN: viewerToken,
  PORT: port = '5180',
} = process.env;

const folder = fileURLToPath(new URL('../dist/', import.meta.url));
const types = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' };

createServer((request, response) => {
  answer(request, response).catch((error) => {
    console.error(error);
    if (response.headersSent) response.destroy();
    else response.writeHead(502).end();
  });
}).listen(Number(port), '127.0.0.1', () => {
  console.log(`Listening on http://127.0.0.1:${port}`);
});

async function answer(request, response) {
  const { pathname } = new URL(request.url, 'http://example');
  if (pathname === '/recall-token' && request.method === 'POST') return giveToken(response);
  if (pathname.startsWith('/v1/')) return handOn(request, response);
  return sendFile(pathname, response);
}

// A real product looks up here who is signed in, and of which tenant; never what the page asks for.
async function giveToken(response) {
  const access = viewerToken ? { token: viewerToken } : await makeViewerToken();
  response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(JSON.stringify({ target, ...access }));
}

async function makeViewerToken() {
  const answer = await fetch(`${address}/v1/targets/${target}/viewer-tokens`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ tenant, minutes: 15 }),
  });
  if (!answer.ok)
    throw new Error(`pgRecall gave no token: ${answer.status} ${await answer.text()}`);
  const made = await answer.json();
  return { token: made.token, expiresAt: made.expires_at };
}

async function handOn(request, response) {
  const left = new AbortController();
  response.on('close', () => left.abort());
  const headers = new Headers();
  for (const name of ['authorization', 'content-type', 'last-event-id', 'accept']) {
    if (request.headers[name]) headers.set(name, request.headers[name]);
  }
  const hasBody = request.method !== 'GET' && request.method !== 'HEAD';
  const answer = await fetch(`${address}${request.url}`, {
    method: request.method,
    headers,
    signal: left.signal,
    ...(hasBody ? { body: Readable.toWeb(request), duplex: 'half' } : {}),
  });
  const kept = ['content-type', 'content-disposition', 'x-request-id'];
  response.writeHead(
    answer.status,
    Object.fromEntries(
      kept.flatMap((name) => [[name, answer.headers.get(name)]].filter(([, v]) => v)),
    ),
  );
  response.flushHeaders();
  if (!answer.body) return void response.end();
  await pipeline(Readable.fromWeb(answer.body), response).catch((error) => {
    if (!left.signal.aborted) throw error;
  });
}

async function sendFile(pathname, response) {
  const wanted = join(folder, normalize(pathname === '/' ? '/index.html' : pathname));
  if (!wanted.startsWith(folder) || !existsSync(wanted)) return void response.writeHead(404).end();
  response.writeHead(200, { 'content-type': types[extname(wanted)] ?? 'application/octet-stream' });
  await pipeline(createReadStream(wanted), response);
}
