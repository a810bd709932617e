// Everything that a test needs around the browser: PostgreSQL with a day that went wrong, the
// server, and people who may come in.

import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { Cluster, freePort } from './cluster.js';
import { serveFront } from './front.js';
import { invite } from './people.js';
import { receive, type Receiver } from './receiver.js';
import type { Scene } from './scene.js';
import { Service, type Commands } from './service.js';

const HERE = dirname(fileURLToPath(import.meta.url));
const DEMO = join(HERE, '../../../crates/cli/src/demo/sql/application');

/** The database of the accident, whose undos need an approval; and a small one, whose undos do not. */
export const EVENTS = 'events';
export const DESK = 'desk';

export interface Stage {
  scene: Scene;
  service: Service;
  stop: () => Promise<void>;
}

function configuration(cluster: Cluster, url: string, receiver: Receiver): string {
  const target = (name: string) => [
    `[targets.${name}]`,
    `url = "${cluster.url(name)}"`,
    `query_url = "${cluster.url(name, 'reader')}"`,
  ];
  return [
    '[server]',
    `public_url = "${url}"`,
    '[home]',
    `url = "${cluster.url('home')}"`,
    '[limits]',
    'requests_per_minute = 60000',
    'sign_ins_per_minute = 6000',
    '[log]',
    'level = "warn"',
    ...target(EVENTS),
    '[targets.events.undo]',
    'require_approval = true',
    'break_glass = true',
    ...target(DESK),
    ...receiver.configuration,
    '',
  ].join('\n');
}

/** The databases as they are before anybody works in them. */
function makeDatabases(cluster: Cluster): void {
  cluster.sql('postgres', 'CREATE ROLE reader LOGIN');
  for (const name of ['home', EVENTS, DESK]) {
    cluster.sql('postgres', `CREATE DATABASE ${name}`);
  }
  cluster.file(EVENTS, join(DEMO, 'schema.sql'));
  cluster.file(EVENTS, join(DEMO, 'seed.sql'));
  cluster.file(DESK, join(HERE, 'desk.sql'));
}

/** What happens once everything is recorded. */
function playTheDay(cluster: Cluster): void {
  cluster.file(EVENTS, join(HERE, 'day.sql'));
  cluster.sql(EVENTS, "SELECT recall.mark('before the clean-up')");
  cluster.file(EVENTS, join(HERE, 'accident.sql'));
  cluster.file(DESK, join(HERE, 'desk-day.sql'));
}

function record(cluster: Cluster, service: Commands): void {
  for (const name of [EVENTS, DESK]) {
    service.command('install', '--target', name);
    service.command('track', 'public.*', '--target', name);
    cluster.sql(
      name,
      'GRANT recall_auditor TO reader; GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader',
    );
  }
  cluster.sql(EVENTS, 'CREATE ROLE northwind');
  service.command(
    'viewer',
    'grant',
    'northwind',
    '--tenant',
    'northwind-events',
    '--target',
    EVENTS,
  );
}

/** What a stage has besides. */
export interface Extras {
  /** The folder of a console that is served instead of the program's own. */
  console?: string | undefined;
  /** How many changes lie in the journal of `EVENTS` before the day. */
  changes?: number | undefined;
}

/** Starts it all. */
export async function raise({ console, changes }: Extras = {}): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), 'pgrecall-e2e-'));
  const ends: (() => Promise<void> | void)[] = [
    () => rmSync(folder, { recursive: true, force: true }),
  ];
  // What was started last ends first, also where the rest could not be started.
  const stop = async () => {
    for (const end of ends.reverse()) await end();
  };
  try {
    // The account that PostgreSQL runs as goes through it.
    chmodSync(folder, 0o755);
    const cluster = await Cluster.start(join(folder, 'postgres'));
    ends.push(() => cluster.stop());
    makeDatabases(cluster);
    const ports = { service: await freePort(), front: await freePort() };
    const port = console === undefined ? ports.service : ports.front;
    const url = `http://127.0.0.1:${port}`;
    const receiver = await receive(folder);
    ends.push(receiver.stop);
    const written = configuration(cluster, url, receiver);
    const settings = { folder, configuration: written, port: ports.service };
    record(cluster, Service.offline(settings));
    const service = await Service.start(settings);
    ends.push(() => service.stop());
    const people = await invite(service);
    playTheDay(cluster);
    if (changes !== undefined) cluster.file(EVENTS, join(HERE, 'long.sql'), { changes });
    if (console !== undefined) {
      const front = await serveFront({ folder: console, behind: { port: ports.service }, port });
      ends.push(() => {
        front.closeAllConnections();
        front.close();
      });
    }
    return { scene: { url, port: cluster.port, people }, service, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
