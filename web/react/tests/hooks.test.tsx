import { act, renderHook, waitFor } from '@testing-library/react';
import { StrictMode, type ReactNode } from 'react';
import { describe, expect, test } from 'vitest';
import { useActivity, useAsOf, useAuditLog, useTables, type AuditLog } from '../src/hooks.ts';
import { Around } from './around.tsx';
import { change, countOf, stage } from './server.ts';

const ids = (log: { current: AuditLog }) => log.current.changes.map(({ id }) => id);

function follow(options: Parameters<typeof useAuditLog>[0] = {}) {
  return renderHook(() => useAuditLog(options), { wrapper: Around }).result;
}

async function isLive(log: { current: AuditLog }) {
  await waitFor(() => expect([log.current.live, log.current.isLoading]).toEqual(['live', false]));
}

describe('useAuditLog', () => {
  test('gives pages, the newest first, each change once', async () => {
    stage.changes = [1, 2, 3, 4, 5].map((id) => change({ id }));
    const log = follow({ pageSize: 2, realtime: false });
    await waitFor(() => expect(ids(log)).toEqual([5, 4]));
    expect(log.current.hasMore).toBe(true);
    act(() => {
      log.current.loadMore();
      log.current.loadMore();
    });
    await waitFor(() => expect(ids(log)).toEqual([5, 4, 3, 2]));
    act(() => log.current.loadMore());
    await waitFor(() => expect(ids(log)).toEqual([5, 4, 3, 2, 1]));
    expect(log.current.hasMore).toBe(false);
    expect(countOf('/changes')).toBe(3);
  });

  test('puts new changes in front, told twice or not, and only those that fit', async () => {
    stage.changes = [change({ id: 1 })];
    const log = follow({ tableName: 'prize', operations: ['update', 'delete'] });
    await isLive(log);
    act(() => {
      stage.tell(change({ id: 2, op: 'delete' }));
      stage.tell(change({ id: 2, op: 'delete' }));
      stage.tell(change({ id: 3, table: 'public.webinar' }));
      stage.tell(change({ id: 4, op: 'insert' }));
      stage.tell(change({ id: 5 }));
    });
    await waitFor(() => expect(ids(log)).toEqual([5, 2, 1]));
    expect([...log.current.fresh].sort()).toEqual([2, 5]);
  });

  test('orders what is committed late among what is shown', async () => {
    stage.changes = [change({ id: 1 }), change({ id: 5 })];
    const log = follow();
    await isLive(log);
    act(() => stage.tell(change({ id: 3 })));
    await waitFor(() => expect(ids(log)).toEqual([5, 3, 1]));
  });

  test('misses nothing between the first page and the connection', async () => {
    stage.changes = [change({ id: 1 })];
    let open = (): void => undefined;
    stage.isOpen = new Promise((resolve) => (open = resolve));
    const log = follow();
    await waitFor(() => expect(ids(log)).toEqual([1]));
    open();
    // Committed now, and told by nobody: only asking again brings it.
    stage.changes.push(change({ id: 2 }));
    await waitFor(() => expect(ids(log)).toEqual([2, 1]));
  });

  test('holds changes back while it is paused, and counts them', async () => {
    stage.changes = [change({ id: 1 })];
    const log = follow();
    await isLive(log);
    act(() => log.current.pause());
    act(() => {
      stage.tell(change({ id: 2 }));
      stage.tell(change({ id: 3 }));
    });
    await waitFor(() => expect(log.current.waiting).toBe(2));
    expect(ids(log)).toEqual([1]);
    act(() => log.current.resume());
    expect(ids(log)).toEqual([3, 2, 1]);
    expect(log.current.waiting).toBe(0);
  });

  test('asks for one record however the key is given, and follows only it', async () => {
    const key = { a: 1, b: 'x,y' };
    stage.changes = [change({ id: 1, key })];
    const log = follow({ tableName: 'public.prize', recordId: key });
    await isLive(log);
    expect(stage.requests.find((request) => request.includes('/changes'))).toContain(
      'key=a%3D1%2Cb%3D%27x%2Cy%27',
    );
    act(() => {
      stage.tell(change({ id: 2, key: { a: 2, b: 'x,y' } }));
      stage.tell(change({ id: 3, key }));
    });
    await waitFor(() => expect(ids(log)).toEqual([3, 1]));
  });

  test('says what went wrong, keeps what there was, and tries again', async () => {
    stage.changes = [1, 2, 3].map((id) => change({ id }));
    const log = follow({ pageSize: 2, realtime: false });
    await waitFor(() => expect(ids(log)).toEqual([3, 2]));
    stage.refusal = { status: 503, code: 'api/busy' };
    act(() => log.current.loadMore());
    await waitFor(() => expect(log.current.error?.code).toBe('api/busy'));
    expect(ids(log)).toEqual([3, 2]);
    stage.refusal = undefined;
    act(() => log.current.loadMore());
    await waitFor(() => expect(ids(log)).toEqual([3, 2, 1]));
    expect(log.current.error).toBeUndefined();
  });

  test('is another list when something else is asked for', async () => {
    stage.changes = [change({ id: 1, op: 'insert' }), change({ id: 2, op: 'delete' })];
    const { result, rerender } = renderHook(
      ({ operations }: { operations: ('insert' | 'delete')[] }) => useAuditLog({ operations }),
      { wrapper: Around, initialProps: { operations: ['insert'] } },
    );
    await waitFor(() => expect(ids(result)).toEqual([1]));
    rerender({ operations: ['delete'] });
    await waitFor(() => expect(ids(result)).toEqual([2]));
  });
});

describe('the provider', () => {
  test('does not load again for a token function that is written in place', async () => {
    const tokens = { asked: 0 };
    const wrapper = ({ children }: { children: ReactNode }) => (
      <Around token={() => Promise.resolve(`t${(tokens.asked += 1)}`)}>{children}</Around>
    );
    const { result, rerender } = renderHook(() => useTables(), { wrapper });
    await waitFor(() => expect(result.current.data).toHaveLength(2));
    rerender();
    rerender();
    expect([countOf('/tables'), tokens.asked]).toEqual([1, 1]);
  });

  test('shows nothing of one user to the next', async () => {
    const wrapper = ({ children }: { children: ReactNode }) => (
      <Around token={token.now}>{children}</Around>
    );
    const token = { now: 'ann' };
    stage.changes = [change({ id: 1 })];
    const { result, rerender } = renderHook(() => useAuditLog({ realtime: false }), { wrapper });
    await waitFor(() => expect(ids(result)).toEqual([1]));
    token.now = 'bob';
    stage.refusal = { status: 403, code: 'api/forbidden' };
    rerender();
    expect(ids(result)).toEqual([]);
    await waitFor(() => expect(result.current.error?.status).toBe(403));
    expect(stage.tokens.at(-1)).toBe('Bearer bob');
  });

  test('loads once for all who ask, and once in strict mode', async () => {
    const wrapper = ({ children }: { children: ReactNode }) => (
      <StrictMode>
        <Around>{children}</Around>
      </StrictMode>
    );
    const { result } = renderHook(() => [useTables(), useTables(), useActivity()], { wrapper });
    await waitFor(() => expect(result.current.every(({ data }) => data)).toBe(true));
    expect([countOf('/tables'), countOf('/activity')]).toEqual([1, 1]);
  });

  test('is asked for by name where it lacks', () => {
    expect(() => renderHook(() => useTables())).toThrow('PgRecallProvider');
  });
});

test('useAsOf gives the record as it was, and who set what', async () => {
  stage.changes = [
    change({ id: 1, op: 'insert', old: null, new: { id: 1, title: 'a', n: 1 }, changed: [] }),
    change({
      id: 2,
      actor: 'bob',
      old: { id: 1, title: 'a', n: 1 },
      new: { id: 1, title: 'b', n: 1 },
    }),
    change({ id: 3, op: 'delete', old: { id: 1, title: 'b', n: 1 }, new: null, changed: [] }),
  ];
  const at = (id: number) => stage.changes[id - 1]?.at ?? '';
  const past = (moment: string) =>
    renderHook(() => useAsOf('prize', 1, moment), { wrapper: Around }).result;
  const then = past(at(2));
  await waitFor(() => expect(then.current.data?.fate).toBe('present'));
  const fields = then.current.data?.fields.map(({ name, value, setBy }) => [
    name,
    value,
    setBy?.actor,
  ]);
  expect(fields).toEqual([
    ['id', 1, 'ann'],
    ['title', 'b', 'bob'],
    ['n', 1, 'ann'],
  ]);
  const before = past('2020-01-01T00:00:00Z');
  await waitFor(() => expect(before.current.data?.fate).toBe('absent'));
  const after = past(at(3));
  await waitFor(() => expect(after.current.data?.fate).toBe('absent'));
});
