import { expect, test } from 'vitest';

import { placesOf } from './places.ts';

test('each class is told once, with the columns that have it or as that of the table', () => {
  expect(placesOf({ classes: [], column_classes: {} })).toEqual([]);
  expect(
    placesOf({
      classes: ['secret', 'contact'],
      column_classes: { email: ['personal', 'contact'], phone: ['personal'] },
    }),
  ).toEqual([
    ['contact', null],
    ['personal', ['email', 'phone']],
    ['secret', null],
  ]);
});
