import { describe, expect, it } from 'vitest';

import { pageOf, partsOf, quoted, schemaOf } from './names.ts';

describe('names of tables', () => {
  it('fall into their parts, whatever they hold', () => {
    expect(partsOf('public.prize')).toEqual(['public', 'prize']);
    expect(partsOf('"a.b"."Odd ""Name"""')).toEqual(['a.b', 'Odd "Name"']);
  });

  it('are quoted so that nothing in them is SQL', () => {
    expect(quoted('x"; DROP TABLE y; --')).toBe('"x""; DROP TABLE y; --"');
  });

  it('are read a page at a time, in the order of the key', () => {
    expect(pageOf({ table: 'public.prize', key: ['id'] }, 2, 100)).toBe(
      'SELECT *\nFROM public.prize\nORDER BY "id"\nLIMIT 101 OFFSET 200',
    );
    expect(pageOf({ table: 'log', key: [] }, 0, 10)).toBe('SELECT *\nFROM log\nLIMIT 11 OFFSET 0');
  });

  it('are completed by schema', () => {
    expect(schemaOf([{ table: 'public.prize', columns: ['id'] }])).toEqual({
      public: { prize: ['id'] },
    });
  });
});
