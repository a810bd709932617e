// The real server under test, started as users start it and stopped by its process id.

import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { createWriteStream, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/** The program, which is built before. */
export function program(): string {
  const path = process.env.PGRECALL_BIN;
  if (path === undefined)
    throw new Error('set PGRECALL_BIN to the program `pgrecall` that is tested');
  return path;
}

export interface Settings {
  /** The folder for its configuration and its log. */
  folder: string;
  /** The text of `pgrecall.toml`. */
  configuration: string;
  port: number;
}

/** What runs verbs of the program. */
export interface Commands {
  command: (...words: string[]) => string;
}

/** The configuration as a file. */
function written(settings: Settings): string {
  const file = join(settings.folder, 'pgrecall.toml');
  writeFileSync(file, settings.configuration);
  return file;
}

function run(file: string, words: string[]): string {
  return execFileSync(program(), [...words, '--config', file], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** A running `pgrecall serve`. */
export class Service {
  private constructor(
    readonly url: string,
    private readonly settings: Settings,
    private readonly process: ChildProcess,
    /** The link for the first administrator, where there is none yet. */
    readonly setupLink: string | undefined,
  ) {}

  /** The program's other verbs, while no server runs. */
  static offline(settings: Settings): Commands {
    return { command: (...words) => run(written(settings), words) };
  }

  static async start(settings: Settings): Promise<Service> {
    const file = written(settings);
    const listen = `127.0.0.1:${String(settings.port)}`;
    const child = spawn(program(), ['serve', '--json', '--config', file, '--listen', listen], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const log = createWriteStream(join(settings.folder, 'serve.log'));
    child.stderr.pipe(log);
    let told = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (told += text));
    while (!told.includes('\n')) {
      if (child.exitCode !== null) {
        throw new Error(`the server did not start; see ${join(settings.folder, 'serve.log')}`);
      }
      await pause(50);
    }
    const greeting: unknown = JSON.parse(told.slice(0, told.indexOf('\n')));
    return new Service(`http://${listen}`, settings, child, setupLink(greeting));
  }

  /** Runs another verb of the program with the same configuration. */
  command(...words: string[]): string {
    return run(written(this.settings), words);
  }

  async stop(): Promise<void> {
    if (this.process.exitCode !== null) return;
    const ended = new Promise((resolve) => this.process.once('exit', resolve));
    this.process.kill('SIGTERM');
    await ended;
  }
}

function setupLink(greeting: unknown): string | undefined {
  if (typeof greeting !== 'object' || greeting === null) return undefined;
  const link: unknown = Reflect.get(greeting, 'setup_link');
  return typeof link === 'string' ? link : undefined;
}
