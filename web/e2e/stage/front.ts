// Serves a build of the console from its folder as the server would serve the one inside of it, so
// that the tests can be run without building the server anew. The API is passed on.

import { createReadStream, existsSync } from 'node:fs';
import {
  createServer,
  request,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { extname, join, normalize } from 'node:path';

const KINDS: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
  '.woff2': 'font/woff2',
};

/** The policy of the server's own page, `POLICY` in crates/server/src/console.rs. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "manifest-src 'self'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
].join('; ');

const BEHIND = ['/v1/', '/healthz', '/readyz', '/metrics', '/docs', '/openapi.json'];

export interface Front {
  folder: string;
  /** The server with the API. */
  behind: { port: number };
  port: number;
}

export async function serveFront(front: Front): Promise<Server> {
  const server = createServer((asked, answer) => {
    const path = new URL(asked.url ?? '/', 'http://front').pathname;
    if (BEHIND.some((prefix) => path === prefix || path.startsWith(prefix))) {
      passOn(front.behind.port, asked, answer);
    } else {
      serveFile(front.folder, path, answer);
    }
  });
  await new Promise<void>((resolve) => server.listen(front.port, '127.0.0.1', resolve));
  return server;
}

function serveFile(folder: string, path: string, answer: ServerResponse): void {
  const wanted = normalize(join(folder, path));
  const isFile = wanted.startsWith(normalize(folder)) && extname(wanted) !== '';
  if (isFile && !existsSync(wanted)) {
    answer.writeHead(404).end();
    return;
  }
  const file = isFile ? wanted : join(folder, 'index.html');
  answer.writeHead(200, {
    'content-type': KINDS[extname(file)] ?? 'application/octet-stream',
    'content-security-policy': POLICY,
    'x-content-type-options': 'nosniff',
  });
  createReadStream(file).pipe(answer);
}

function passOn(port: number, asked: IncomingMessage, answer: ServerResponse): void {
  const { method, url, headers } = asked;
  const onward = request({ host: '127.0.0.1', port, method, path: url, headers }, (reply) => {
    answer.writeHead(reply.statusCode ?? 502, reply.headers);
    // Live events must not wait for more of them.
    answer.flushHeaders();
    reply.pipe(answer);
  });
  onward.on('error', () => answer.destroy());
  answer.on('close', () => onward.destroy());
  asked.pipe(onward);
}
