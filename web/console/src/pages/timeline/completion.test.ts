import { expect, test } from 'vitest';

import { meant, suggest, typedTerm } from './completion.ts';

const known = {
  actor: ['support-7', 'support-3', 'guest'],
  table: ['public.prize', 'public.prize_winner'],
  since: ['15m', '24h', 'mark:release'],
};

const texts = (typed: string) => suggest(typed, known).map(({ text }) => text);
const entered = (typed: string) => meant(typed, suggest(typed, known)[0])?.text;

test('names are offered first, then values that hold what was typed', () => {
  expect(texts('')[0]).toBe('actor:');
  expect(texts('t')).toContain('table:');
  expect(texts('support')).toEqual(['actor:support-7', 'actor:support-3']);
  expect(texts('table:winner')).toEqual(['table:public.prize_winner']);
  expect(texts('weather:')).toEqual([]);
});

test('a value that is typed in full comes first', () => {
  expect(texts('actor:support-3')[0]).toBe('actor:support-3');
});

test('enter takes what is marked, but a time as it was typed', () => {
  expect(entered('table:win')).toBe('table:public.prize_winner');
  expect(entered('since:4h')).toBe('since:4h');
  expect(entered('actor:somebody-new')).toBe('actor:somebody-new');
  expect(entered('act')).toBe('actor:');
  expect(entered('nonsense')).toBeUndefined();
});

test('quotes around a value are taken off', () => {
  expect(typedTerm('actor:"Ann Lee"')).toEqual({ name: 'actor', value: 'Ann Lee' });
  expect(typedTerm('tx:seven')).toBeUndefined();
});
