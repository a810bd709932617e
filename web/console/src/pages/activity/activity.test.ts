import { expect, test } from 'vitest';

import { burstsOf, termsOf, type Activity } from './activity.ts';

function counted(actor: string, hour: string, changes: number): Activity {
  const none = { inserts: 0, updates: changes, deletes: 0, truncates: 0, transactions: 1 };
  const at = `2026-03-01T${hour}:00:00Z`;
  return { group: { actor, hour: at }, changes, ...none, first_at: at, last_at: at };
}

test('an hour stands out when much more was changed than is usual', () => {
  const usual = ['08', '09', '10', '11'].map((hour) => counted('guest', hour, 10));
  const bursts = burstsOf([...usual, counted('ann', '09', 49), counted('bob', '10', 800)]);
  expect(bursts.map(({ actor }) => actor)).toEqual(['bob']);
  expect(bursts[0]?.to).toBe(Date.parse('2026-03-01T11:00:00Z'));
});

test('where little happens, little does not stand out', () => {
  expect(burstsOf([counted('ann', '09', 1), counted('bob', '10', 20)])).toEqual([]);
  expect(burstsOf([])).toEqual([]);
});

test('a stretch and an actor are words of the query language', () => {
  expect(termsOf({ target: 'shop', stretch: '7d', actor: 'ann' })).toEqual([
    { name: 'actor', value: 'ann' },
    { name: 'since', value: '7d' },
  ]);
  expect(termsOf({ target: 'shop', stretch: 'all' })).toEqual([]);
});
