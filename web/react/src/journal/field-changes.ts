import type { Row } from './change.ts';

/** What became of a field. */
export type Fate = 'added' | 'removed' | 'changed' | 'unchanged';

/** A field of a row, before and after. */
export interface FieldChange {
  name: string;
  fate: Fate;
  before: unknown;
  after: unknown;
}

/** A row before and after a change; as much as is known. */
export interface RowPair {
  before?: Row | null | undefined;
  after?: Row | null | undefined;
  /** The columns that changed, where somebody knows; found by comparing without it. */
  changed?: readonly string[] | undefined;
}

/** Every field of the row, in the order of the table's columns. */
export function fieldChanges({ before, after, changed }: RowPair): FieldChange[] {
  const names = new Set([...Object.keys(after ?? {}), ...Object.keys(before ?? {})]);
  const isChanged = changed?.length
    ? (name: string) => changed.includes(name)
    : (name: string) => !isSame(before?.[name], after?.[name]);
  return [...names].map((name) => ({
    name,
    fate: fate(name, { before, after }, isChanged),
    before: before?.[name],
    after: after?.[name],
  }));
}

function fate(name: string, rows: RowPair, isChanged: (name: string) => boolean): Fate {
  if (!rows.before || !(name in rows.before)) return 'added';
  if (!rows.after || !(name in rows.after)) return 'removed';
  return isChanged(name) ? 'changed' : 'unchanged';
}

/** Whether two values are the same to the last digit. */
export function isSame(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || !one || !other) return false;
  if (Array.isArray(one) !== Array.isArray(other)) return false;
  const [ones, others] = [Object.entries(one), Object.entries(other)];
  return (
    ones.length === others.length &&
    ones.every(([name, value]) => name in other && isSame(value, (other as Row)[name]))
  );
}
