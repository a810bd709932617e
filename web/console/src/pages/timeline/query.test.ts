import { expect, test } from 'vitest';

import { readQuery, termOf, valueOf, withTerm, withoutTerms, writeQuery } from './query.ts';

const roundTrip = (text: string) => writeQuery(readQuery(text).terms);

test('a query reads back as it was written', () => {
  for (const text of [
    '',
    'actor:support-7 table:public.prize op:delete since:2h',
    'actor:"Ann Lee" until:2026-03-01T09:30:00Z',
    String.raw`table:"public.\"Odd Name\"" key:a=1,b=x`,
    String.raw`actor:"a\\b \"c\""`,
    'tx:8841',
  ]) {
    expect(roundTrip(text)).toBe(text);
  }
});

test('quotes are read as the server reads them', () => {
  const { terms } = readQuery(String.raw`actor:"Ann \"A\" Lee"  table:public."Odd"`);
  expect(terms).toEqual([
    { name: 'actor', value: 'Ann "A" Lee' },
    { name: 'table', value: 'public.Odd' },
  ]);
  expect(readQuery('actor:"Ann').isOpen).toBe(true);
});

test('of two terms of a name the last one counts', () => {
  expect(roundTrip('op:delete actor:ann op:insert,update')).toBe('op:insert,update actor:ann');
});

test('what the server would refuse is told apart', () => {
  const { terms, wrong } = readQuery('delete weather:fine tx:seven op:upsert actor: op:insert');
  expect(wrong).toEqual(['delete', 'weather:fine', 'tx:seven', 'op:upsert', 'actor:']);
  expect(terms).toEqual([{ name: 'op', value: 'insert' }]);
  expect(termOf(':')).toBeUndefined();
});

test('a value may have colons', () => {
  const { terms } = readQuery('since:before:tx:8841');
  expect(valueOf(terms, 'since')).toBe('before:tx:8841');
});

test('terms are replaced where they stand, and taken away', () => {
  const { terms } = readQuery('actor:ann since:2h op:delete');
  expect(writeQuery(withTerm(terms, { name: 'since', value: '1d' }))).toBe(
    'actor:ann since:1d op:delete',
  );
  expect(writeQuery(withoutTerms(terms, 'since', 'until'))).toBe('actor:ann op:delete');
});
