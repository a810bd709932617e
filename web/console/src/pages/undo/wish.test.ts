import { describe, expect, it } from 'vitest';

import { parseSearch, stringifySearch } from '../../app/address.ts';
import { isEmpty, listOf, tablesOf, wishIn, wordsOf, type Wish } from './wish.ts';

describe('a wish', () => {
  const wish: Wish = {
    transactions: ['100', '110..120'],
    changes: [7, 8],
    actor: 'Ann "A" Lee',
    tables: ['public."Odd, Name"'],
    operation: 7,
    on_conflict: ['changed-later=merge'],
  };

  it('comes back from an address as it was', () => {
    expect(wishIn(parseSearch(stringifySearch({ ...wish })))).toEqual(wish);
  });

  it('is empty if it only says what is done about conflicts', () => {
    expect(isEmpty({ on_conflict: ['skip'] })).toBe(true);
    expect(isEmpty({ transactions: ['1'] })).toBe(false);
  });

  it('leaves out what means nothing', () => {
    const search = { session: '', operations: ['', 'delete'], operation: 'x', weather: 'fine' };
    expect(wishIn(search)).toEqual({ operations: ['delete'] });
    expect(wishIn({ changes: ['7', 'x'] })).toEqual({ changes: [7] });
  });

  it('is told in words', () => {
    expect(wordsOf(wish).slice(0, 2)).toEqual([
      ['transactions', '100'],
      ['transactions', '110..120'],
    ]);
  });

  it('takes lists as people type them', () => {
    expect(listOf(' 4, 5 6..9,')).toEqual(['4', '5', '6..9']);
    expect(tablesOf('orders, public."Odd, Name" ,')).toEqual(['orders', 'public."Odd, Name"']);
  });
});
