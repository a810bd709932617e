import { isExactNumber } from '@pgrecall/api-client';

/** A row as the journal has it: values by column. */
export type Row = Readonly<Record<string, unknown>>;

/** What kind of value it is, as far as JSON tells. */
export type Kind = 'null' | 'boolean' | 'number' | 'text' | 'json';

/** What kind of value it is, as far as JSON tells. */
export function kindOf(value: unknown): Kind {
  if (value === null || value === undefined) return 'null';
  if (typeof value === 'boolean') return 'boolean';
  if (typeof value === 'number' || isExactNumber(value)) return 'number';
  return typeof value === 'string' ? 'text' : 'json';
}

/** A value as a text, exactly as the database has it. */
export function textOf(value: unknown): string {
  switch (kindOf(value)) {
    case 'null':
      return '';
    case 'text':
      return value as string;
    case 'json':
      return jsonOf(value);
    default:
      return String(value);
  }
}

/** JSON with numbers as they were written: `1.50` stays `1.50`. */
export function jsonOf(value: unknown): string {
  if (isExactNumber(value)) return String(value);
  if (Array.isArray(value)) return `[${value.map(jsonOf).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const fields = Object.entries(value).map(
      ([name, of]) => `${JSON.stringify(name)}:${jsonOf(of)}`,
    );
    return `{${fields.join(',')}}`;
  }
  return JSON.stringify(value ?? null);
}

/** Whether two values are the same to the last digit. */
export function isSame(one: unknown, other: unknown): boolean {
  return jsonOf(one) === jsonOf(other);
}

/** A key as people write it: `id=42`. */
export function keyText(key: unknown): string {
  if (typeof key !== 'object' || key === null) return '';
  return Object.entries(key)
    .map(([column, value]) => `${column}=${textOf(value)}`)
    .join(',');
}

/** A row that the API calls an object. */
export function rowOf(row: unknown): Row | undefined {
  return typeof row === 'object' && row !== null ? (row as Row) : undefined;
}
