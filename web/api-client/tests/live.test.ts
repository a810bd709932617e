import type { IncomingMessage, ServerResponse } from 'node:http';
import { expect, test } from 'vitest';
import { withToken } from '../src/authentication.ts';
import { createApi } from '../src/client.ts';
import { followChanges, type LiveEvent } from '../src/live.ts';
import { isProblem } from '../src/problem.ts';
import { refuse, serve } from './server.ts';

function begin(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.write('retry: 1000\n: following\n\n');
}

function tell(response: ServerResponse, id: number): void {
  response.write(`event: change\nid: ${id}\ndata: {"id":${id},\ndata: "op":"insert"}\n\n`);
}

interface Followed {
  ids: number[];
  events: LiveEvent[];
  error: unknown;
}

/** Follows until so many changes came, or it fails. */
async function follow(
  address: string,
  count: number,
  options: { after?: string; silenceMs?: number; token?: Parameters<typeof withToken>[0] } = {},
): Promise<Followed> {
  const { token = 't', ...rest } = options;
  const api = createApi({ address, authentication: withToken(token) });
  const abort = new AbortController();
  const followed: Followed = { ids: [], events: [], error: undefined };
  const query = { signal: abort.signal, retryMs: 5, ...rest };
  try {
    for await (const event of followChanges(api, 'shop', query)) {
      followed.events.push(event);
      if (event.kind === 'change') followed.ids.push(event.change.id);
      if (followed.ids.length === count) abort.abort();
    }
  } catch (error) {
    followed.error = error;
  }
  return followed;
}

test('it goes on after the last event when the connection breaks', async () => {
  const positions: (string | undefined)[] = [];
  const address = await serve((request, response) => {
    positions.push(request.headers['last-event-id'] as string | undefined);
    begin(response);
    const first = positions.length * 10;
    tell(response, first);
    tell(response, first + 1);
    // Half an event is none: it comes again, whole, on the next connection.
    response.write('event: change\nid: 99\ndata: {"id":99}');
    if (positions.length < 3) setTimeout(() => response.destroy(), 20);
  });
  const { ids } = await follow(address, 6);
  expect(ids).toEqual([10, 11, 20, 21, 30, 31]);
  expect(positions).toEqual([undefined, '11', '21']);
});

test('it reads events however they are cut into pieces', async () => {
  const address = await serve((_, response) => {
    begin(response);
    const text = 'event: change\r\nid: 1\r\ndata: {"id":1,"new":{"a":"ä€😀"}}\r\n\r\n';
    const bytes = Buffer.from(text);
    let at = 0;
    const timer = setInterval(() => {
      if (at === bytes.length) {
        clearInterval(timer);
        return;
      }
      response.write(bytes.subarray(at, (at += 1)));
    }, 1);
    response.on('close', () => clearInterval(timer));
  });
  const { events } = await follow(address, 1);
  const change = events.find((event) => event.kind === 'change');
  expect(change?.change.new).toEqual({ a: 'ä€😀' });
});

test('a connection that is silent is given up and made anew', async () => {
  let connections = 0;
  const address = await serve((_, response) => {
    connections += 1;
    begin(response);
    if (connections === 2) tell(response, 1);
  });
  const { ids, events } = await follow(address, 1, { silenceMs: 60 });
  expect([ids, connections]).toEqual([[1], 2]);
  expect(events.map(({ kind }) => kind)).toContain('interrupted');
});

test('a sign of life keeps a connection', async () => {
  let connections = 0;
  const address = await serve((_, response) => {
    connections += 1;
    begin(response);
    const timer = setInterval(() => response.write(':\n\n'), 20);
    const late = setTimeout(() => tell(response, 1), 400);
    response.on('close', () => {
      clearInterval(timer);
      clearTimeout(late);
    });
  });
  const { ids } = await follow(address, 1, { silenceMs: 150 });
  expect([ids, connections]).toEqual([[1], 1]);
});

test('a server that fails is tried again, one that refuses is not', async () => {
  let connections = 0;
  const address = await serve((_, response) => {
    connections += 1;
    if (connections === 1) {
      refuse(response, 503, 'api/busy');
      return;
    }
    if (connections === 2) response.destroy();
    else refuse(response, 403, 'api/forbidden');
  });
  const { error, events } = await follow(address, 1);
  expect(isProblem(error) && error.code).toBe('api/forbidden');
  expect(events.map(({ kind }) => kind)).toEqual(['interrupted', 'interrupted']);
});

test('a position that the journal no longer has is told', async () => {
  const address = await serve((_, response) => refuse(response, 410, 'live/position-gone'));
  const { error } = await follow(address, 1, { after: '1' });
  expect(isProblem(error) && error.code).toBe('live/position-gone');
});

test('a problem within the stream ends it where trying again is no use', async () => {
  const address = await serve((_, response) => {
    begin(response);
    const data = { type: '', title: 'the role is gone', status: 403, code: 'api/no-seat' };
    response.write(`event: problem\ndata: ${JSON.stringify(data)}\n\n`);
  });
  const { error } = await follow(address, 1);
  expect(isProblem(error) && error.code).toBe('api/no-seat');
});

test('a token that ended is exchanged when it connects again', async () => {
  const tokens: (string | undefined)[] = [];
  const address = await serve((request: IncomingMessage, response) => {
    tokens.push(request.headers.authorization);
    if (request.headers.authorization !== 'Bearer t2') {
      refuse(response, 401, 'api/signed-out');
      return;
    }
    begin(response);
    tell(response, 1);
  });
  let minted = 0;
  const token = () => Promise.resolve(`t${(minted += 1)}`);
  const { ids } = await follow(address, 1, { token });
  expect([ids, tokens]).toEqual([[1], ['Bearer t1', 'Bearer t2']]);
});

test('an abort ends it and the connection', async () => {
  const closed = { resolve: (): void => undefined };
  const isClosed = new Promise<void>((resolve) => (closed.resolve = resolve));
  const address = await serve((request, response) => {
    request.on('close', closed.resolve);
    response.on('close', closed.resolve);
    begin(response);
    tell(response, 1);
  });
  const { ids, error } = await follow(address, 1);
  await isClosed;
  expect([ids, error]).toEqual([[1], undefined]);
});
