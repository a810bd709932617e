import { parseJson } from '@pgrecall/api-client';
import { describe, expect, it } from 'vitest';

import { csvOf, jsonRowsOf, tabbedOf } from './download.ts';
import { isSame, jsonOf, keyText, kindOf, textOf, type Row } from './value.ts';

const rows = parseJson(
  '[{"id":9007199254740993,"price":1.50,"name":"a \\"b\\", c","empty":"","none":null,"tags":[1.0,"x"]}]',
) as Row[];
const columns = ['id', 'price', 'name', 'empty', 'none', 'tags'];

describe('a result that is taken along', () => {
  it('has every digit as CSV, and tells null from an empty text', () => {
    expect(csvOf(columns, rows)).toBe(
      '"id","price","name","empty","none","tags"\r\n9007199254740993,1.50,"a ""b"", c","",,"[1.0,""x""]"\r\n',
    );
  });

  it('holds nothing that a spreadsheet would run', () => {
    expect(csvOf(['x'], [{ x: '=HYPERLINK("http://x")' }, { x: '-1+1' }])).toContain(
      `"'=HYPERLINK`,
    );
  });

  it('has every digit as JSON', () => {
    expect(jsonRowsOf(rows)).toContain('{"id":9007199254740993,"price":1.50');
  });

  it('is a table when it is pasted', () => {
    expect(tabbedOf(['a', 'b'], [{ a: 'x\ty', b: null }])).toBe('a\tb\nx y\t');
  });
});

describe('values', () => {
  it('are told apart to the last digit', () => {
    const [one, other] = parseJson('[1.5, 1.50]') as [unknown, unknown];
    expect(isSame(one, other)).toBe(false);
    expect(isSame({ a: [1] }, { a: [1] })).toBe(true);
  });

  it('have a kind and a text', () => {
    expect([null, true, 1, 'x', {}].map(kindOf)).toEqual([
      'null',
      'boolean',
      'number',
      'text',
      'json',
    ]);
    expect(textOf(rows[0]?.price)).toBe('1.50');
    expect(jsonOf(undefined)).toBe('null');
    expect(keyText({ id: 4, part: 'x' })).toBe('id=4,part=x');
  });
});
