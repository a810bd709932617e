import { describe, expect, it } from 'vitest';

import { moved } from './grid-keys.ts';

const size = { rows: 100, columns: 5 };
const plain = { ctrlKey: false, metaKey: false };

describe('the keys of a grid', () => {
  it('lead from cell to cell, and not beyond the edges', () => {
    const at = { row: 0, column: 4 };
    expect(moved(at, { key: 'ArrowDown', ...plain }, size)).toEqual({ row: 1, column: 4 });
    expect(moved(at, { key: 'ArrowRight', ...plain }, size)).toEqual(at);
    expect(moved(at, { key: 'Home', ...plain }, size)).toEqual({ row: 0, column: 0 });
    expect(moved(at, { key: 'End', ctrlKey: true, metaKey: false }, size)).toEqual({
      row: 99,
      column: 4,
    });
  });

  it('are left to others where they mean nothing', () => {
    expect(moved({ row: 0, column: 0 }, { key: 'Tab', ...plain }, size)).toBeUndefined();
  });
});
