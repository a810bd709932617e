// A PostgreSQL of its own for the tests: made in a temporary folder, stopped by its process id.

import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { chownSync, mkdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/** PostgreSQL refuses to run as root; then its processes belong to this user. */
const ACCOUNT = 'postgres';

/** Where `initdb`, `postgres` and `psql` are. */
function programs(): string {
  return process.env.PGRECALL_PG_BIN ?? '/usr/lib/postgresql/15/bin';
}

function account(): { uid: number; gid: number } | Record<string, never> {
  if (process.getuid?.() !== 0) return {};
  const number = (flag: string) =>
    Number(execFileSync('id', [flag, ACCOUNT], { encoding: 'utf8' }).trim());
  return { uid: number('-u'), gid: number('-g') };
}

/** A port that nobody listens on. */
export async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => {
        if (address !== null && typeof address === 'object') resolve(address.port);
        else reject(new Error('no free port'));
      });
    });
  });
}

/** A running server with a superuser `postgres` that needs no password on this machine. */
export class Cluster {
  private constructor(
    readonly port: number,
    private readonly server: ChildProcess | undefined,
  ) {}

  /** One that somebody else has started, and will stop. */
  static at(port: number): Cluster {
    return new Cluster(port, undefined);
  }

  static async start(folder: string): Promise<Cluster> {
    const owner = account();
    const data = join(folder, 'data');
    mkdirSync(data, { recursive: true });
    if ('uid' in owner) {
      chownSync(folder, owner.uid, owner.gid);
      chownSync(data, owner.uid, owner.gid);
    }
    const quiet = { cwd: '/', env: { ...process.env, LC_ALL: 'C.UTF-8' }, ...owner };
    const initdb = ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '-N'];
    execFileSync(join(programs(), 'initdb'), initdb, { ...quiet, stdio: 'ignore' });
    const port = await freePort();
    const settings = [
      `port=${String(port)}`,
      'listen_addresses=127.0.0.1',
      `unix_socket_directories=${folder}`,
      'fsync=off',
      'track_commit_timestamp=on',
      'max_connections=200',
    ];
    const server = spawn(
      join(programs(), 'postgres'),
      ['-D', data, ...settings.flatMap((setting) => ['-c', setting])],
      { ...quiet, stdio: 'ignore' },
    );
    const cluster = new Cluster(port, server);
    await cluster.ready();
    return cluster;
  }

  private async ready(): Promise<void> {
    for (;;) {
      if (this.server?.exitCode != null) throw new Error('PostgreSQL did not start');
      try {
        this.sql('postgres', 'SELECT 1');
        return;
      } catch {
        await pause(100);
      }
    }
  }

  url(database: string, user = 'postgres'): string {
    return `postgresql://${user}@127.0.0.1:${String(this.port)}/${database}`;
  }

  /** Runs SQL with psql, as a person would; gives the rows without decoration. */
  sql(database: string, text: string, user = 'postgres'): string {
    return this.psql(database, user, ['-c', text]);
  }

  /** Runs a file of SQL, in which `:name` stands for a value. */
  file(database: string, path: string, values: Record<string, number> = {}): string {
    const given = Object.entries(values).flatMap(([name, value]) => ['-v', `${name}=${value}`]);
    return this.psql(database, 'postgres', [...given, '-f', path]);
  }

  private psql(database: string, user: string, what: string[]): string {
    const flags = ['-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1'];
    const output = execFileSync(
      join(programs(), 'psql'),
      [...flags, ...what, this.url(database, user)],
      {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    return output.trim();
  }

  async stop(): Promise<void> {
    const server = this.server;
    if (server?.exitCode !== null) return;
    const ended = new Promise((resolve) => server.once('exit', resolve));
    server.kill('SIGINT');
    await ended;
  }
}
