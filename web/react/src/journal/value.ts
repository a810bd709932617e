import { isExactNumber, writeJson } from '@pgrecall/api-client';

/** What kind of value it is to a reader. Null, the empty text and blanks must not look alike. */
export type ValueKind =
  'absent' | 'null' | 'empty' | 'blank' | 'boolean' | 'number' | 'text' | 'bytes' | 'json';

/** A value as it is shown. */
export interface ShownValue {
  kind: ValueKind;
  text: string;
}

/** A document that is longer is set on several lines. */
const LINE = 64;

/** How a value is shown. Numbers and documents keep every digit. */
export function shownValue(value: unknown): ShownValue {
  if (value === undefined) return { kind: 'absent', text: '' };
  if (value === null) return { kind: 'null', text: 'NULL' };
  if (typeof value === 'boolean') return { kind: 'boolean', text: String(value) };
  if (typeof value === 'string') return { kind: kindOfText(value), text: value };
  if (typeof value === 'number' || isExactNumber(value)) {
    return { kind: 'number', text: String(value) };
  }
  const line = writeJson(value);
  return { kind: 'json', text: line.length > LINE ? writeJson(value, 2) : line };
}

/** How many bytes a `bytea` has. */
export function byteCount(hex: string): number {
  return (hex.length - 2) / 2;
}

/** A value on one line, cut where it is long. */
export function oneLine(value: unknown, length = 60): string {
  const { kind, text } = shownValue(value);
  const line = kind === 'json' ? writeJson(value) : text.replace(/\s+/g, ' ');
  return line.length > length ? `${line.slice(0, length - 1)}…` : line;
}

function kindOfText(text: string): ValueKind {
  if (text === '') return 'empty';
  if (text.trim() === '') return 'blank';
  return /^\\x(?:[0-9a-f]{2})+$/i.test(text) ? 'bytes' : 'text';
}
