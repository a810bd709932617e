import type { Wire } from '../../app/api.ts';

type Change = Wire<'Change'>;
type Row = Readonly<Record<string, unknown>>;

/** A field as it was, and the change that gave it its value. */
export interface PastField {
  name: string;
  value: unknown;
  /** Unknown where it was set before the table was recorded. */
  setBy: Change | undefined;
  /** Whether it has another value now. */
  isOther: boolean;
}

/** A record as it was after a transaction. */
export interface Past {
  fate: 'present' | 'absent' | 'unknown';
  /** Its fields; of a record that was deleted, the last ones. */
  fields: readonly PastField[];
}

/** The changes of a record, oldest first, of which those of one transaction are one step. */
export function stepsOf(changes: readonly Change[]): readonly Change[][] {
  const steps: Change[][] = [];
  for (const change of changes) {
    const last = steps.at(-1);
    if (last?.[0]?.tx === change.tx) last.push(change);
    else steps.push([change]);
  }
  return steps;
}

/** The record after so many steps; before all of them, as the first one found it. */
export function pastAt(steps: readonly Change[][], count: number): Past {
  const before = steps.slice(0, count).flat();
  const all = steps.flat();
  const last = before.at(-1);
  const now = rowAfter(all.at(-1));
  if (last === undefined) {
    const [first] = all;
    if (first === undefined) return { fate: 'unknown', fields: [] };
    if (first.op === 'insert') return { fate: 'absent', fields: [] };
    return { fate: 'present', fields: fieldsOf(first.old ?? {}, [], now) };
  }
  const row = rowAfter(last);
  return {
    fate: row === undefined ? 'absent' : 'present',
    fields: fieldsOf(row ?? last.old ?? {}, before, now),
  };
}

function rowAfter(change: Change | undefined): Row | undefined {
  return change?.new ?? undefined;
}

function fieldsOf(row: Row, changes: readonly Change[], now: Row | undefined): PastField[] {
  const setBy = blame(changes);
  return Object.entries(row).map(([name, value]) => ({
    name,
    value,
    setBy: setBy.get(name),
    isOther: now !== undefined && JSON.stringify(now[name]) !== JSON.stringify(value),
  }));
}

/** Backwards from the latest change: a column belongs to the first one that is found to set it. */
function blame(changes: readonly Change[]): Map<string, Change> {
  const setBy = new Map<string, Change>();
  for (const change of changes.toReversed()) {
    const columns = change.op === 'insert' ? Object.keys(change.new ?? {}) : change.changed;
    for (const column of columns) {
      if (!setBy.has(column)) setBy.set(column, change);
    }
    if (change.op === 'insert') break;
  }
  return setBy;
}
