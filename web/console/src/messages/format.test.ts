import { expect, test } from 'vitest';

import { formatsOf } from './format.ts';

test('formats of a region are made once', () => {
  expect(formatsOf('de-AT')).toBe(formatsOf('de-AT'));
  expect(formatsOf('de-AT')).not.toBe(formatsOf('en-GB'));
});

test('numbers are written as in the region', () => {
  expect(formatsOf('en-GB').number(1234.5)).toBe('1,234.5');
  expect(formatsOf('de-DE').number(1234.5)).toBe('1.234,5');
});
