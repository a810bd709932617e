import { kindOf, textOf, type Kind, type Row } from './value.ts';

/** How many rows are looked at to find how wide a column is, and of what kind. */
const LOOKED_AT = 60;
const CHARACTER = 7.9;
/** What stands for an empty text is longer than that. */
const EMPTY = 11;
const [NARROW, WIDE] = [72, 340] as const;

/** The columns of rows, in the order in which they come. */
export function columnsOf(rows: readonly Row[], known?: readonly string[]): readonly string[] {
  return known ?? Object.keys(rows[0] ?? {});
}

/** How wide a column is, in pixels, so that most of its values are read whole. */
export function widthOf(column: string, rows: readonly Row[]): number {
  const lengths = rows.slice(0, LOOKED_AT).map((row) => {
    const value = row[column];
    return value === '' ? EMPTY : Math.min(textOf(value).length, 60);
  });
  const longest = Math.max(column.length + 1, 4, ...lengths);
  return Math.round(Math.min(Math.max(longest * CHARACTER + 22, NARROW), WIDE));
}

/** Of which kind the values of a column are, as far as those in sight tell. */
export function kindOfColumn(column: string, rows: readonly Row[]): Kind {
  const kinds = rows.slice(0, LOOKED_AT).map((row) => kindOf(row[column]));
  return kinds.find((kind) => kind !== 'null') ?? 'text';
}
