import { expect, test } from 'vitest';

import { fits, cannotFollow } from './fit.ts';
import { readQuery } from './query.ts';
import { groupsOf, rowsOf } from './rows.ts';
import { merged, nothingArrived, receive, release, waitingCount, type Change } from './stream.ts';

function change(tx: number, id: number, more: Partial<Change> = {}): Change {
  const at = '2026-03-01T09:30:00Z';
  return {
    ...{ id, tx, at, op: 'update', table: 'public.prize', key: { id: 7 }, old: null, new: null },
    ...{ changed: ['title'], undone_by: [], actor: 'ann' },
    ...more,
  };
}

const ids = (changes: readonly Change[]) => changes.map(({ id }) => id);

test('what arrives stands by transaction, each change once', () => {
  const page = [change(9, 20), change(7, 15), change(7, 14)];
  // Transaction 8 took long, and wrote before 9 did.
  const list = merged(page, [change(8, 12), change(9, 20), change(9, 21)]);
  expect(ids(list)).toEqual([21, 20, 12, 15, 14]);
});

test('a list that holds counts what waits, and shows it when it is let go', () => {
  const page = [change(7, 15)];
  const holding = receive(nothingArrived, [change(8, 16), change(7, 15)], true);
  expect(ids(merged(page, holding.shown))).toEqual([15]);
  expect(waitingCount(holding, page)).toBe(1);
  const letGo = release(holding);
  expect(ids(merged(page, letGo.shown))).toEqual([16, 15]);
  expect(waitingCount(letGo, page)).toBe(0);
});

test('large transactions are folded, and folded ones stay so when they grow', () => {
  const small = [change(9, 20), change(9, 19)];
  const large = [15, 14, 13, 12, 11].map((id) => change(7, id));
  const kinds = (turned: number[]) =>
    rowsOf(groupsOf([...small, ...large], false), new Set(turned)).map(({ kind }) => kind);
  expect(kinds([])).toEqual(['day', 'transaction', 'change', 'change', 'transaction']);
  expect(kinds([7, 9])).toEqual([
    'day',
    'transaction',
    'transaction',
    ...large.map(() => 'change'),
  ]);
});

test('a transaction that goes on beyond the page says so', () => {
  const large = [15, 14, 13, 12, 11].map((id) => change(7, id));
  expect(rowsOf(groupsOf(large, true), new Set()).at(-1)?.kind).toBe('cut');
  expect(rowsOf(groupsOf([change(7, 15)], true), new Set())[1]?.kind).toBe('transaction');
});

test('only what was asked for is taken from the live events', () => {
  const does = (query: string, one: Change) => fits(one, readQuery(query).terms);
  const one = change(9, 20, { session: 's-1', key: { a: 1, b: 'x' } });
  for (const query of [
    'actor:ann table:prize op:delete,update since:2h',
    'table:public.prize key:b=x,a=1',
    'session:s-1 column:title tx:9',
  ]) {
    expect(does(query, one), query).toBe(true);
  }
  for (const query of ['table:rize', 'key:1', 'op:delete', 'tenant:acme', 'column:id', 'tx:8']) {
    expect(does(query, one), query).toBe(false);
  }
  expect(does('key:7', change(9, 20))).toBe(true);
});

test('a search that ends somewhere does not follow', () => {
  expect(cannotFollow(readQuery('until:2026-03-01').terms)).toBe(true);
  expect(cannotFollow(readQuery('since:2h').terms)).toBe(false);
});
