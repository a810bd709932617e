import { parseJson } from '@pgrecall/api-client';
import { describe, expect, test } from 'vitest';
import type { Row } from '../src/journal/change.ts';
import { fieldChanges } from '../src/journal/field-changes.ts';
import { hoursOfWeek } from '../src/journal/hour-of-week.ts';
import { jsonChanges } from '../src/journal/json-changes.ts';
import { isSameKey, keyText } from '../src/journal/record-key.ts';
import { recordAt, stepAt } from '../src/journal/record-past.ts';
import { displayName, isSameTable } from '../src/journal/table-name.ts';
import { byTransaction } from '../src/journal/transactions.ts';
import { oneLine, shownValue } from '../src/journal/value.ts';
import { change } from './server.ts';

test('a table is the same with its schema and without, quoted as PostgreSQL does', () => {
  expect(isSameTable('public.prize', 'prize')).toBe(true);
  expect(isSameTable('public.prize', 'archive.prize')).toBe(false);
  expect(isSameTable('public."Odd.Name"', '"Odd.Name"')).toBe(true);
  expect(isSameTable('public."Odd.Name"', 'odd.name')).toBe(false);
  expect(isSameTable('Prize', 'public.prize')).toBe(true);
  expect(isSameTable('', 'public.prize')).toBe(false);
  expect(displayName('public."A ""b"""')).toEqual({ schema: undefined, table: 'A "b"' });
});

test('a key is written as the API reads it', () => {
  expect(keyText({ a: 1, b: "it's, x" })).toBe("a=1,b='it''s, x'");
  expect(keyText(42)).toBe('42');
  expect(isSameKey({ id: 42 }, '42')).toBe(true);
  expect(isSameKey({ id: 42 }, 'id=42')).toBe(true);
  expect(isSameKey({ id: 42 }, '4')).toBe(false);
  expect(isSameKey(null, '42')).toBe(false);
});

describe('the fields of a change', () => {
  const fates = (before: Row | null, after: Row | null, changed?: string[]) =>
    fieldChanges({ before, after, changed }).map(({ name, fate }) => `${name} ${fate}`);

  test('are told apart by what became of them', () => {
    expect(fates(null, { a: 1 })).toEqual(['a added']);
    expect(fates({ a: 1 }, null)).toEqual(['a removed']);
    expect(fates({ a: 1, b: 1, gone: 1 }, { a: 1, b: 2, come: 1 })).toEqual([
      ...['a unchanged', 'b changed', 'come added', 'gone removed'],
    ]);
  });

  test('follow what the journal says has changed', () => {
    expect(fates({ a: 1, b: 1 }, { a: 1, b: 2 }, ['b'])).toEqual(['a unchanged', 'b changed']);
  });

  test('differ where only the last digit does, and are the same where only the order does', () => {
    const row = (text: string) => parseJson(text) as Row;
    expect(fates(row('{"a":9007199254740993}'), row('{"a":9007199254740995}'))).toEqual([
      'a changed',
    ]);
    expect(fates(row('{"a":1.5}'), row('{"a":1.50}'))).toEqual(['a changed']);
    expect(fates({ a: { x: 1, y: [1] } }, { a: { y: [1], x: 1 } })).toEqual(['a unchanged']);
    expect(fates({ a: null }, { a: '' })).toEqual(['a changed']);
  });
});

test('documents differ place by place', () => {
  const before = { a: { b: 1, 'c d': [1, 2] }, same: { x: 1 }, gone: true };
  const after = { a: { b: 2, 'c d': [1, 3, 4] }, same: { x: 1 }, kind: { now: 'object' } };
  expect(jsonChanges(before, after)).toEqual([
    { path: 'a.b', before: 1, after: 2 },
    { path: 'a."c d"[1]', before: 2, after: 3 },
    { path: 'a."c d"[2]', before: undefined, after: 4 },
    { path: 'gone', before: true, after: undefined },
    { path: 'kind', before: undefined, after: { now: 'object' } },
  ]);
  expect(jsonChanges({ a: [1] }, { a: { 0: 1 } })).toEqual([
    { path: 'a', before: [1], after: { 0: 1 } },
  ]);
  const hostile = parseJson('{"__proto__": {"x": 1}}') as object;
  expect(jsonChanges({}, hostile)).toEqual([
    { path: '__proto__', before: undefined, after: { x: 1 } },
  ]);
});

test('values that are easily taken for each other are not', () => {
  const kinds = [undefined, null, '', ' ', 'NULL', 0, false, '\\x00ff', {}].map(
    (value) => shownValue(value).kind,
  );
  expect(kinds).toEqual([
    ...['absent', 'null', 'empty', 'blank', 'text', 'number', 'boolean', 'bytes', 'json'],
  ]);
  expect(oneLine({ a: parseJson('1.50') })).toBe('{"a":1.50}');
  expect(oneLine('x'.repeat(100), 10)).toHaveLength(10);
});

describe('the past of a record', () => {
  const changes = [
    change({
      id: 1,
      old: { id: 1, a: 'x', b: 'x' },
      new: { id: 1, a: 'y', b: 'x' },
      changed: ['a'],
    }),
    change({ id: 2, op: 'delete', old: { id: 1, a: 'y', b: 'x' }, new: null, changed: [] }),
    change({ id: 3, op: 'insert', old: null, new: { id: 1, a: 'z', b: 'z' }, changed: [] }),
  ];
  const fields = (step: number) =>
    recordAt(changes, step).fields.map(({ name, value, setBy }) => [name, value, setBy?.id]);

  test('begins with what was there before it was tracked', () => {
    expect(recordAt(changes, 0).fate).toBe('present');
    expect(fields(0)).toEqual([
      ['id', 1, undefined],
      ['a', 'x', undefined],
      ['b', 'x', undefined],
    ]);
  });

  test('knows who set what, and nothing of a life before a deletion', () => {
    expect(fields(1)).toEqual([
      ['id', 1, undefined],
      ['a', 'y', 1],
      ['b', 'x', undefined],
    ]);
    expect(recordAt(changes, 2).fate).toBe('absent');
    expect(fields(3).map(([, , id]) => id)).toEqual([3, 3, 3]);
  });

  test('names nobody where the change that set a field is not seen', () => {
    const seen = [
      change({ id: 1, old: { a: 1, b: 1 }, new: { a: 2, b: 1 }, changed: ['a'] }),
      change({ id: 3, old: { a: 3, b: 4 }, new: { a: 3, b: 4, c: 1 }, changed: ['c'] }),
    ];
    const { fields: past } = recordAt(seen, 2);
    expect(past.map(({ name, setBy, isOriginal }) => [name, setBy?.id, isOriginal])).toEqual([
      ['a', undefined, false],
      ['b', undefined, false],
      ['c', 3, false],
    ]);
    expect(recordAt(seen, 1).fields.map(({ isOriginal }) => isOriginal)).toEqual([false, true]);
  });

  test('of a record that was inserted begins with nothing', () => {
    expect(recordAt(changes.slice(2), 0)).toEqual({
      ...{ fate: 'absent', fields: [], change: undefined },
    });
    expect(recordAt([], 0).fate).toBe('unknown');
  });

  test('has a change from its very moment on', () => {
    const second = Date.parse(changes[1]?.at ?? '');
    expect(stepAt(changes, new Date(second - 1))).toBe(1);
    expect(stepAt(changes, new Date(second))).toBe(2);
    expect(stepAt(changes, new Date('2100-01-01'))).toBe(3);
  });
});

test('changes stand together by transaction, also where others lie between', () => {
  const changes = [
    change({ id: 4, tx: 2 }),
    change({ id: 3, tx: 1, op: 'delete' }),
    change({ id: 2, tx: 2 }),
  ];
  const groups = byTransaction(changes);
  expect(groups.map(({ tx, changes: members }) => [tx, members.map(({ id }) => id)])).toEqual([
    [2, [4, 2]],
    [1, [3]],
  ]);
  expect(groups[0]?.counts).toEqual([{ table: 'public.prize', operation: 'update', count: 2 }]);
});

test('an hour belongs to the day that the clocks of the time zone show', () => {
  // Sunday 23:00 in UTC is Monday in Vienna; on 25 October the clocks there went back.
  const week = (hour: string, zone: string) => {
    const found = hoursOfWeek([{ hour, changes: 2 }], zone);
    const day = found.findIndex((hours) => hours.includes(2));
    return [day, found[day]?.indexOf(2)];
  };
  expect(week('2026-11-22T23:00:00Z', 'UTC')).toEqual([6, 23]);
  expect(week('2026-11-22T23:00:00Z', 'Europe/Vienna')).toEqual([0, 0]);
  expect(week('2026-10-25T00:00:00Z', 'Europe/Vienna')).toEqual([6, 2]);
  expect(week('2026-10-25T01:00:00Z', 'Europe/Vienna')).toEqual([6, 2]);
  expect(week('2026-11-22T23:00:00Z', 'Asia/Kolkata')).toEqual([0, 4]);
});
