import type { Api } from './client.ts';
import { eventsOf } from './event-stream.ts';
import { parseJson } from './json.ts';
import { isProblem, ProblemError } from './problem.ts';
import type { components } from './schema.ts';

type Change = components['schemas']['Change'];
type Details = components['schemas']['Problem'];

/** Which changes are followed, and from where on. */
export interface FollowOptions {
  table?: string | undefined;
  actor?: string | undefined;
  op?: string | undefined;
  /** The position of the last event that was received; from now on without it. */
  after?: string | undefined;
  signal: AbortSignal;
  /** A connection that is silent for so long is given up and made anew. */
  silenceMs?: number;
  /** How long is waited before the first new attempt; twice as long before each that follows. */
  retryMs?: number;
}

/** What is told while following. `position` is what to go on after. */
export type LiveEvent =
  | { kind: 'change'; change: Change; position: string }
  | { kind: 'tick'; at: string; position: string }
  | { kind: 'connected' }
  | { kind: 'interrupted'; problem: ProblemError; retryInMs: number };

/** The server sends a sign of life every 15 seconds. */
const SILENCE_MS = 40_000;
const RETRY_MS = 1_000;
const RETRY_MAX_MS = 30_000;

/**
 * Changes as they are committed, nothing missed and nothing told twice, over as many connections as
 * it takes. Ends when the signal is aborted; throws a `ProblemError` where trying again is no use:
 * no right, no such target, or a position that the journal no longer has (`live/position-gone`).
 */
export async function* followChanges(
  api: Api,
  target: string,
  options: FollowOptions,
): AsyncGenerator<LiveEvent, void, undefined> {
  let position = options.after;
  let attempts = 0;
  while (!isAborted(options.signal)) {
    try {
      for await (const event of connection(api, target, { ...options, after: position })) {
        if ('position' in event) {
          position = event.position;
          attempts = 0;
        }
        yield event;
      }
    } catch (error) {
      if (isAborted(options.signal)) return;
      const problem = isProblem(error) ? error : interrupted(error);
      if (isFinal(problem)) throw problem;
      const retryInMs = waitMs(attempts, options.retryMs ?? RETRY_MS);
      attempts += 1;
      yield { kind: 'interrupted', problem, retryInMs };
      await pause(retryInMs, options.signal);
    }
  }
}

/** The events of one connection; it never ends but by a failure. */
async function* connection(
  api: Api,
  target: string,
  options: FollowOptions,
): AsyncGenerator<LiveEvent, void, undefined> {
  const silence = watchSilence(options.signal, options.silenceMs ?? SILENCE_MS);
  try {
    const response = await api.send(request(api, target, options, silence.signal));
    silence.heard();
    yield { kind: 'connected' };
    for await (const { event, data, id } of eventsOf(response, silence.heard)) {
      if (event === 'problem') throw new ProblemError(parseJson(data) as Details);
      if (event === 'change') {
        yield { kind: 'change', change: parseJson(data) as Change, position: id };
      } else if (event === 'tick') {
        yield { kind: 'tick', at: (parseJson(data) as { at: string }).at, position: id };
      }
    }
  } finally {
    silence.stop();
  }
  throw interrupted(undefined);
}

function request(api: Api, target: string, options: FollowOptions, signal: AbortSignal): Request {
  const address = api.address || location.origin;
  const url = new URL(
    `${address.replace(/\/$/, '')}/v1/targets/${encodeURIComponent(target)}/live`,
  );
  for (const name of ['table', 'actor', 'op'] as const) {
    const value = options[name];
    if (value !== undefined) url.searchParams.set(name, value);
  }
  const headers = new Headers({ Accept: 'text/event-stream' });
  if (options.after !== undefined) headers.set('Last-Event-ID', options.after);
  return new Request(url, { headers, signal, cache: 'no-store' });
}

/** Aborts when nothing was heard for too long: a dead connection does not say that it is dead. */
function watchSilence(outer: AbortSignal, silenceMs: number) {
  const inner = new AbortController();
  const giveUp = () => inner.abort(new Error('nothing was heard for too long'));
  const leave = () => inner.abort(outer.reason);
  let timer = setTimeout(giveUp, silenceMs);
  outer.addEventListener('abort', leave);
  if (outer.aborted) leave();
  return {
    signal: inner.signal,
    heard: () => {
      clearTimeout(timer);
      timer = setTimeout(giveUp, silenceMs);
    },
    stop: () => {
      clearTimeout(timer);
      outer.removeEventListener('abort', leave);
      inner.abort();
    },
  };
}

function interrupted(cause: unknown): ProblemError {
  const details = { status: 0, code: 'live/interrupted', title: 'the connection was interrupted' };
  return new ProblemError(details, { cause });
}

/** 408 and 429 pass, as does what is the server's own failure; other refusals stay. */
function isFinal({ status }: ProblemError): boolean {
  return status >= 400 && status < 500 && status !== 408 && status !== 429;
}

/** A function, because the compiler takes what it has seen once for what holds. */
function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}

/** Twice as long each time, and not at once for all who lost the same server. */
function waitMs(attempts: number, retryMs: number): number {
  const longest = Math.min(retryMs * 2 ** attempts, RETRY_MAX_MS);
  return longest / 2 + Math.random() * (longest / 2);
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
    if (signal.aborted) done();
  });
}
