import { expect, test } from 'vitest';

import type { Wire } from '../../app/api.ts';
import { pastAt, stepsOf } from './past.ts';

type Change = Wire<'Change'>;
type Row = Record<string, unknown>;

function change(tx: number, op: string, rows: { old?: Row; new?: Row }): Change {
  const { old = null, new: after = null } = rows;
  const columns = Object.keys(after ?? {}).filter((name) => old?.[name] !== after?.[name]);
  return {
    ...{ id: tx * 10, tx, at: `2026-03-0${tx}T00:00:00Z`, op, table: 'public.prize' },
    ...{ key: { id: 1 }, old, new: after, changed: op === 'update' ? columns : [], undone_by: [] },
  };
}

const inserted = change(1, 'insert', { new: { id: 1, title: 'a', value: 5 } });
const updated = change(2, 'update', {
  old: { id: 1, title: 'a', value: 5 },
  new: { id: 1, title: 'b', value: 5 },
});
const deleted = change(3, 'delete', { old: { id: 1, title: 'b', value: 5 } });

test('a record is as its changes left it, each field by who set it', () => {
  const { fate, fields } = pastAt(stepsOf([inserted, updated]), 2);
  expect(fate).toBe('present');
  expect(fields.map(({ name, value, setBy }) => [name, value, setBy?.tx])).toEqual([
    ['id', 1, 1],
    ['title', 'b', 2],
    ['value', 5, 1],
  ]);
  expect(fields.some(({ isOther }) => isOther)).toBe(false);
});

test('fields that are other now can be told', () => {
  const { fields } = pastAt(stepsOf([inserted, updated]), 1);
  expect(fields.filter(({ isOther }) => isOther).map(({ name }) => name)).toEqual(['title']);
});

test('of a deleted record the last fields are known', () => {
  const { fate, fields } = pastAt(stepsOf([inserted, updated, deleted]), 3);
  expect(fate).toBe('absent');
  expect(fields.map(({ value }) => value)).toEqual([1, 'b', 5]);
});

test('before its first change a record is as that change found it', () => {
  expect(pastAt(stepsOf([inserted]), 0).fate).toBe('absent');
  const { fate, fields } = pastAt(stepsOf([updated]), 0);
  expect(fate).toBe('present');
  expect(fields.map(({ value, setBy }) => [value, setBy])).toEqual([
    [1, undefined],
    ['a', undefined],
    [5, undefined],
  ]);
});

test('changes of one transaction are one step', () => {
  const again = { ...updated, id: 99 };
  expect(stepsOf([inserted, updated, again, deleted]).map((step) => step.length)).toEqual([
    1, 2, 1,
  ]);
});
