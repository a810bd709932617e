import type { Row } from './change.ts';

/** Which record: the value of its key, or its key's columns with their values. */
export type RecordId = string | number | Row;

/** A key as the API takes it: `42`, `a=1,b='x,y'`. */
export function keyText(record: RecordId): string {
  if (typeof record !== 'object') return String(record);
  const parts = Object.entries(record).map(([column, value]) => `${column}=${quoted(value)}`);
  return parts.join(',');
}

/** A key as people read it: its values. */
export function keyLabel(key: Row | null | undefined): string {
  return Object.values(key ?? {})
    .map(String)
    .join(' · ');
}

/** Whether a row's key is the one that is meant. */
export function isSameKey(key: Row | null | undefined, record: RecordId): boolean {
  if (key === null || key === undefined) return false;
  const text = keyText(record);
  return text === keyText(key) || text === keyLabel(key);
}

function quoted(value: unknown): string {
  const text = String(value);
  return /[,']/.test(text) ? `'${text.replaceAll("'", "''")}'` : text;
}
