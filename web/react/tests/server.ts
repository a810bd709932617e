import { http, HttpResponse } from 'msw';
import { setupServer } from 'msw/node';
import { afterAll, afterEach, beforeAll } from 'vitest';
import type { Change, Gap } from '../src/journal/change.ts';

export const address = 'http://pgrecall.test';
const base = `${address}/v1/targets/:target`;

/** A server of which each test says what it has. */
export const stage = {
  /** Oldest first. */
  changes: [] as Change[],
  gaps: [] as Gap[],
  /** The requests that came: method, path and what was asked for. */
  requests: [] as string[],
  /** What each request showed. */
  tokens: [] as (string | null)[],
  /** If set, what every list answers. */
  refusal: undefined as { status: number; code: string } | undefined,
  /** Until when nobody can follow. */
  isOpen: Promise.resolve(),
  /** Told to everybody who follows. */
  tell: undefined as unknown as (change: Change) => void,
  /** Where those who follow began. */
  positions: [] as (string | null)[],
};

/** A change, as much of it as a test has something to say about. */
export function change(part: Partial<Change> & { id: number }): Change {
  return {
    tx: part.id,
    at: new Date(Date.UTC(2026, 10, 21, 10, 0, part.id)).toISOString(),
    op: 'update',
    table: 'public.prize',
    key: { id: 1 },
    old: { id: 1, title: 'old' },
    new: { id: 1, title: 'new' },
    changed: ['title'],
    undone_by: [],
    actor: 'ann',
    ...part,
  };
}

const server = setupServer(
  http.get(`${base}/changes`, ({ request }) => {
    note(request);
    if (stage.refusal) return refused();
    const query = new URL(request.url).searchParams;
    const before = Number(query.get('cursor') ?? Infinity);
    const limit = Number(query.get('limit') ?? 100);
    const fitting = stage.changes
      .filter(({ id, op }) => id < before && fitsList(query.get('op'), op))
      .reverse();
    const page = fitting.slice(0, limit);
    const next = fitting.length > limit ? String(page.at(-1)?.id) : null;
    return HttpResponse.json({ changes: page, next });
  }),
  http.get(`${base}/changes/export`, ({ request }) => {
    note(request);
    if (stage.refusal) return refused();
    return new HttpResponse('id\n1\n', { headers: { 'content-type': 'text/csv' } });
  }),
  http.get(`${base}/tables`, ({ request }) => {
    note(request);
    const columns = { status: 'tracked', key: ['id'], since: '2026-11-01T00:00:00Z' };
    const data = { classes: [], column_classes: {} };
    const more = { excluded: [], hashed: [], columns: ['id', 'title'], ...data };
    return HttpResponse.json([
      { table: 'public.prize', ...columns, ...more, gaps: stage.gaps },
      { table: 'public.webinar', ...columns, ...more, gaps: [] },
    ]);
  }),
  http.get(`${base}/tables/:table/history`, ({ request }) => {
    note(request);
    if (stage.refusal) return refused();
    return HttpResponse.json({ changes: stage.changes, gaps: stage.gaps });
  }),
  http.get(`${base}/activity`, ({ request }) => {
    note(request);
    if (stage.refusal) return refused();
    const by = new URL(request.url).searchParams.get('by');
    const group = by === 'hour' ? { hour: '2026-11-21T10:00:00Z' } : { actor: 'ann' };
    return HttpResponse.json(stage.changes.length ? [{ group, changes: 3 }] : []);
  }),
  http.get(`${base}/live`, async ({ request }) => {
    note(request);
    await stage.isOpen;
    stage.positions.push(request.headers.get('last-event-id'));
    if (request.headers.get('last-event-id') === 'gone') {
      return problem({ status: 410, code: 'live/position-gone' });
    }
    const encoder = new TextEncoder();
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(encoder.encode(': following\n\n'));
        stage.tell = (told) => {
          const text = `event: change\nid: ${told.id}\ndata: ${JSON.stringify(told)}\n\n`;
          controller.enqueue(encoder.encode(text));
        };
      },
    });
    return new HttpResponse(body, { headers: { 'content-type': 'text/event-stream' } });
  }),
);

beforeAll(() => server.listen({ onUnhandledRequest: 'error' }));
afterEach(() => {
  server.resetHandlers();
  Object.assign(stage, { changes: [], gaps: [], requests: [], tokens: [], positions: [] });
  stage.refusal = undefined;
  stage.isOpen = Promise.resolve();
});
afterAll(() => server.close());

/** How often something was asked for. */
export function countOf(part: string): number {
  return stage.requests.filter((request) => request.includes(part)).length;
}

function note(request: Request): void {
  const { pathname, search } = new URL(request.url);
  stage.requests.push(`${pathname}${search}`);
  stage.tokens.push(request.headers.get('authorization'));
}

function fitsList(wanted: string | null, op: string): boolean {
  return wanted === null || wanted.split(',').includes(op);
}

function refused() {
  return problem(stage.refusal ?? { status: 500, code: 'api/failed' });
}

function problem({ status, code }: { status: number; code: string }) {
  return HttpResponse.json({ type: `/docs#${code}`, title: 'no', status, code }, { status });
}
