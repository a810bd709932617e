import { expect, test } from 'vitest';

import { readQuery, writeQuery } from './query.ts';
import { barsOf } from './density.ts';
import { placed, rangeOf, timeOf, zoomed } from './range.ts';

const hour = 3_600_000;
const now = Date.parse('2026-03-01T12:00:00Z');
const terms = (text: string) => readQuery(text).terms;

test('moments that their text tells are times', () => {
  expect(timeOf('2h', now)).toBe(now - 2 * hour);
  expect(timeOf('-2h', now)).toBe(now - 2 * hour);
  expect(timeOf('2026-03-01T09:00:00Z', now)).toBe(now - 3 * hour);
  expect(timeOf('now', now)).toBe(now);
  for (const text of ['mark:release', 'before:tx:7', 'yesterday', undefined]) {
    expect(timeOf(text, now)).toBeUndefined();
  }
});

test('a query without times is about everything', () => {
  expect(rangeOf(terms('actor:ann'), now - 90 * hour, now)).toEqual({
    from: now - 90 * hour,
    to: now,
  });
  expect(rangeOf(terms('since:1h'), now - 90 * hour, now).from).toBe(now - hour);
});

test('zooming in says from when to when, and nothing of the end that is now', () => {
  const inside = { from: now - 3 * hour, to: now - hour };
  expect(writeQuery(zoomed(terms('since:1d op:delete'), inside, now))).toBe(
    'op:delete since:2026-03-01T09:00:00.000Z until:2026-03-01T11:00:00.000Z',
  );
  const open = { from: now - 3 * hour, to: now };
  expect(writeQuery(zoomed(terms('until:1h'), open, now))).toBe('since:2026-03-01T09:00:00.000Z');
});

test('bars lie within the stretch', () => {
  const bar = (from: number) => ({ from, to: from + hour, total: 3 });
  const range = { from: now - 4 * hour, to: now };
  const found = placed([bar(now - 6 * hour), bar(now - 4.5 * hour), bar(now - hour)], range);
  expect(found.map(({ left, width }) => [left, width])).toEqual([
    [0, 0.125],
    [0.75, 0.25],
  ]);
  expect(found[0]?.total).toBe(3);
});

test('counts are bars side by side, those without changes left out', () => {
  const bars = barsOf([0, 4, 0, 1], { from: now - 4 * hour, to: now });
  expect(bars).toEqual([
    { from: now - 3 * hour, to: now - 2 * hour, total: 4 },
    { from: now - hour, to: now, total: 1 },
  ]);
});
