import type { Change, Row } from './change.ts';
import { isSame } from './field-changes.ts';

/** A field as it was, and the change that gave it its value. */
export interface PastField {
  name: string;
  value: unknown;
  /** The change that set it, where that is known. */
  setBy: Change | undefined;
  /** Whether it has been so since before the first change that is seen. */
  isOriginal: boolean;
}

/** A record as it was at a moment. */
export interface RecordPast {
  /** `unknown`: nothing was recorded of it. */
  fate: 'present' | 'absent' | 'unknown';
  /** Its fields; of a record that was deleted, the last ones. */
  fields: readonly PastField[];
  /** The change that made it so. */
  change: Change | undefined;
}

/** How many of the changes, which stand oldest first, were made up to a moment. */
export function stepAt(changes: readonly Change[], moment: Date): number {
  const time = moment.getTime();
  const later = changes.findIndex((change) => Date.parse(change.at) > time);
  return later < 0 ? changes.length : later;
}

/** The record after so many of its changes, which stand oldest first. */
export function recordAt(changes: readonly Change[], step: number): RecordPast {
  const change = changes[step - 1];
  if (change === undefined) return beforeAll(changes[0]);
  const isGone = change.op === 'delete' || change.op === 'truncate';
  const row = (isGone ? change.old : change.new) ?? {};
  return {
    fate: isGone ? 'absent' : 'present',
    fields: blamed(row, changes.slice(0, step)),
    change,
  };
}

function beforeAll(first: Change | undefined): RecordPast {
  if (first === undefined) return { fate: 'unknown', fields: [], change: undefined };
  if (first.op === 'insert') return { fate: 'absent', fields: [], change: undefined };
  return { fate: 'present', fields: blamed(first.old ?? {}, []), change: undefined };
}

/** Backwards from the latest change: each column belongs to the first one that is found to set it. */
function blamed(row: Row, changes: readonly Change[]): PastField[] {
  const setBy = new Map<string, Change>();
  for (const change of changes.toReversed()) {
    const columns = change.op === 'insert' ? Object.keys(change.new ?? {}) : change.changed;
    for (const column of columns) {
      if (!setBy.has(column)) setBy.set(column, change);
    }
    if (change.op === 'insert') break;
  }
  const original = changes[0]?.op === 'insert' ? {} : (changes[0]?.old ?? row);
  return Object.entries(row).map(([name, value]) => {
    // Somebody who sees a part of the changes may not see the one that set it: then nobody is named.
    const found = setBy.get(name);
    const isSeen = found !== undefined && isSame(found.new?.[name], value);
    const isOriginal = found === undefined && isSame(original[name], value);
    return { name, value, setBy: isSeen ? found : undefined, isOriginal };
  });
}
