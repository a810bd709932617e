// A program that is told what happens: it takes every message of a webhook.

import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';

import { freePort } from './cluster.js';

export interface Receiver {
  /** Its lines in `pgrecall.toml`. */
  configuration: string[];
  stop: () => void;
}

/** Starts it; what the server must know of it lies in the folder. */
export async function receive(folder: string): Promise<Receiver> {
  const server = createServer((asked, answer) => {
    asked.resume().on('end', () => answer.writeHead(204).end());
  });
  const port = await freePort();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const url = join(folder, 'webhook-url');
  const secret = join(folder, 'webhook-secret');
  writeFileSync(url, `http://127.0.0.1:${String(port)}/told`);
  writeFileSync(secret, `whsec_${randomBytes(32).toString('base64')}`);
  const configuration = [
    '[notifications]',
    'allow_networks = ["127.0.0.0/8"]',
    '[channels.duty]',
    'kind = "webhook"',
    `url_file = "${url}"`,
    `secret_file = "${secret}"`,
  ];
  const stop = () => {
    server.closeAllConnections();
    server.close();
  };
  return { configuration, stop };
}
