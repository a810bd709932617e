// What the tests are told about the stage, kept in a file between their processes.

import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as pause } from 'node:timers/promises';

import type { Name, Person } from './people.js';
import { code, stepNow } from './totp.js';

const FOLDER = join(dirname(fileURLToPath(import.meta.url)), '../.stage');

export interface Scene {
  /** The address of the console. */
  url: string;
  /** The port of PostgreSQL. */
  port: number;
  people: Record<Name, Person>;
}

export function writeScene(scene: Scene): void {
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(join(FOLDER, 'scene.json'), JSON.stringify(scene));
  writeFileSync(join(FOLDER, 'steps.json'), '{}');
}

/** Leaves nothing of it. */
export function forgetScene(): void {
  rmSync(FOLDER, { recursive: true, force: true });
}

export function readScene(): Scene {
  return JSON.parse(readFileSync(join(FOLDER, 'scene.json'), 'utf8')) as Scene;
}

/** A code that the server has not seen yet: each counts once, and up to half a minute early. */
export async function freshCode(scene: Scene, name: Name): Promise<string> {
  const file = join(FOLDER, 'steps.json');
  const steps = JSON.parse(readFileSync(file, 'utf8')) as Partial<Record<Name, number>>;
  const { secret, step: first } = scene.people[name];
  if (secret === undefined || first === undefined) throw new Error(`${name} has no second factor`);
  const step = Math.max((steps[name] ?? first) + 1, stepNow());
  while (stepNow() + 1 < step) await pause(500);
  writeFileSync(file, JSON.stringify({ ...steps, [name]: step }));
  return code(secret, step);
}
