import { describe, expect, test } from 'vitest';
import { withToken } from '../src/authentication.ts';
import { createApi } from '../src/client.ts';
import { isExactNumber } from '../src/json.ts';
import { pages } from '../src/pages.ts';
import type { ProblemError } from '../src/problem.ts';
import { isProblem } from '../src/problem.ts';
import { refuse, serve } from './server.ts';

const list = { params: { path: { target: 'my shop' }, query: { table: 'a b', limit: 2 } } };

function apiAt(address: string, token: Parameters<typeof withToken>[0] = 't') {
  return createApi({ address, authentication: withToken(token) });
}

async function problemOf(work: Promise<unknown>): Promise<ProblemError> {
  const error: unknown = await work.then(
    () => new Error('it succeeded'),
    (problem: unknown) => problem,
  );
  if (!isProblem(error)) throw error;
  return error;
}

describe('a request', () => {
  test('carries the token, and what is asked for', async () => {
    const seen: unknown[] = [];
    const address = await serve((request, response) => {
      seen.push(request.url, request.headers.authorization);
      response.end('{"changes":[],"next":null}');
    });
    const page = await apiAt(`${address}/`).get('/v1/targets/{target}/changes', list);
    expect(page.changes).toEqual([]);
    expect(seen).toEqual(['/v1/targets/my%20shop/changes?table=a%20b&limit=2', 'Bearer t']);
  });

  test('leaves numbers as the database has them', async () => {
    const row = '{"big":9007199254740993,"price":1.50,"small":1.5,"__proto__":{"x":1}}';
    const address = await serve((_, response) => {
      response.end(`{"changes":[{"id":7,"new":${row}}],"next":null}`);
    });
    const page = await apiAt(address).get('/v1/targets/{target}/changes', list);
    const { big, price, small } = page.changes[0]?.new ?? {};
    expect([String(big), String(price), small]).toEqual(['9007199254740993', '1.50', 1.5]);
    expect(isExactNumber(big)).toBe(true);
    expect(Object.keys(page.changes[0]?.new ?? {})).toContain('__proto__');
    expect(page.changes[0]?.id).toBe(7);
  });

  test('is sent once more, with its body, when the token was not known', async () => {
    const bodies: string[] = [];
    const address = await serve((request, response) => {
      let body = '';
      request.on('data', (piece: Buffer) => (body += piece.toString()));
      request.on('end', () => {
        bodies.push(`${request.headers.authorization ?? ''} ${body}`);
        if (request.headers.authorization === 'Bearer t2') response.end('{}');
        else refuse(response, 401, 'api/signed-out');
      });
    });
    let minted = 0;
    const api = apiAt(address, () => Promise.resolve(`t${(minted += 1)}`));
    await api.post('/v1/session', { body: { name: 'ann', password: 'p' } });
    expect(bodies).toEqual([
      'Bearer t1 {"name":"ann","password":"p"}',
      'Bearer t2 {"name":"ann","password":"p"}',
    ]);
  });

  test('is not sent a third time', async () => {
    let count = 0;
    const address = await serve((_, response) => {
      count += 1;
      refuse(response, 401, 'api/signed-out');
    });
    const api = apiAt(address, () => Promise.resolve('t'));
    const problem = await problemOf(api.get('/v1/me'));
    expect([problem.code, count]).toEqual(['api/signed-out', 2]);
  });
});

describe('a failure', () => {
  test('says what the server says', async () => {
    const address = await serve((_, response) => refuse(response, 403, 'api/forbidden'));
    const problem = await problemOf(apiAt(address).get('/v1/me'));
    expect(problem).toMatchObject({
      ...{ status: 403, code: 'api/forbidden', title: 'no', hint: 'do', request: 'req-1' },
    });
  });

  test('of a proxy is a problem, too', async () => {
    const address = await serve((_, response) => {
      response.writeHead(502, { 'content-type': 'text/html' });
      response.end('<h1>Bad gateway</h1>');
    });
    const problem = await problemOf(apiAt(address).get('/v1/me'));
    expect([problem.status, problem.code]).toEqual([502, 'http/502']);
  });

  test('to reach the server is told from an answer', async () => {
    const problem = await problemOf(apiAt('http://127.0.0.1:1').get('/v1/me'));
    expect([problem.status, problem.code]).toEqual([0, 'client/unreachable']);
  });

  test('to get a token is the page’s own', async () => {
    const api = apiAt('http://127.0.0.1:1', () => Promise.reject(new Error('back end is down')));
    const problem = await problemOf(api.get('/v1/me'));
    expect(problem.code).toBe('client/no-token');
    expect(problem.cause).toBeInstanceOf(Error);
  });

  test('by the caller’s own will stays an abort', async () => {
    const address = await serve(() => undefined);
    const abort = new AbortController();
    const work = apiAt(address).get('/v1/me', { signal: abort.signal });
    abort.abort();
    await expect(work).rejects.toMatchObject({ name: 'AbortError' });
  });
});

describe('pages', () => {
  test('come one after the other to the end', async () => {
    const asked: (string | undefined)[] = [];
    const all: number[] = [];
    const fetchPage = (cursor: string | undefined) => {
      asked.push(cursor);
      const next = { undefined: 'a', a: 'b', b: undefined }[String(cursor)];
      return Promise.resolve({ items: [asked.length], next });
    };
    for await (const items of pages(fetchPage)) all.push(...items);
    expect([asked, all]).toEqual([
      [undefined, 'a', 'b'],
      [1, 2, 3],
    ]);
  });

  test('end where a server gives the same cursor for ever', async () => {
    let count = 0;
    for await (const items of pages(() => Promise.resolve({ items: [1], next: 'a' }))) {
      count += items.length;
    }
    expect(count).toBe(2);
  });
});
