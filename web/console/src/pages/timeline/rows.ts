import type { Change } from './stream.ts';

/** Changes that were made together, newest first. */
export interface Group {
  tx: number;
  changes: readonly [Change, ...Change[]];
  /** Whether more of it lie beyond what was fetched. */
  isCut: boolean;
}

/** A row of the list. */
export type Row =
  | { kind: 'day'; id: string; day: string }
  | { kind: 'single'; id: string; group: Group; change: Change }
  | { kind: 'transaction'; id: string; group: Group; isFolded: boolean }
  | { kind: 'change'; id: string; group: Group; change: Change }
  | { kind: 'cut'; id: string; group: Group };

/** Transactions with more changes are folded until somebody unfolds them. */
const foldedBeyond = 4;

/** Changes by transaction; the list has them side by side. */
export function groupsOf(changes: readonly Change[], hasMore: boolean): Group[] {
  const groups: { tx: number; changes: [Change, ...Change[]]; isCut: boolean }[] = [];
  for (const change of changes) {
    const last = groups.at(-1);
    if (last?.tx === change.tx) last.changes.push(change);
    else groups.push({ tx: change.tx, changes: [change], isCut: false });
  }
  const last = groups.at(-1);
  if (last !== undefined && hasMore) last.isCut = true;
  return groups;
}

/** Whether a transaction shows its changes, given those that somebody folded or unfolded. */
export function isFolded(group: Group, turned: ReadonlySet<number>): boolean {
  return turned.has(group.tx) !== group.changes.length > foldedBeyond;
}

/** The rows of the list, with the days between them. */
export function rowsOf(groups: readonly Group[], turned: ReadonlySet<number>): Row[] {
  const rows: Row[] = [];
  let day = '';
  for (const group of groups) {
    const [first] = group.changes;
    const itsDay = localDay(first.at);
    if (itsDay !== day) rows.push({ kind: 'day', id: `day ${itsDay} ${group.tx}`, day: first.at });
    day = itsDay;
    rows.push(...rowsOfGroup(group, turned));
  }
  return rows;
}

function rowsOfGroup(group: Group, turned: ReadonlySet<number>): Row[] {
  const [first, ...others] = group.changes;
  if (others.length === 0 && !group.isCut) {
    return [{ kind: 'single', id: `change ${first.id}`, group, change: first }];
  }
  const folded = isFolded(group, turned);
  const rows: Row[] = [{ kind: 'transaction', id: `tx ${group.tx}`, group, isFolded: folded }];
  if (!folded) {
    for (const change of group.changes) {
      rows.push({ kind: 'change', id: `change ${change.id}`, group, change });
    }
  }
  if (group.isCut && group.changes.length > foldedBeyond) {
    rows.push({ kind: 'cut', id: `cut ${group.tx}`, group });
  }
  return rows;
}

/** How many changes of each kind a transaction has in each table, the most first. */
export function countsOf({ changes }: Group): { table: string; op: string; count: number }[] {
  const counts = new Map<string, { table: string; op: string; count: number }>();
  for (const { table, op } of changes) {
    const name = `${op} ${table}`;
    const known = counts.get(name);
    if (known) known.count += 1;
    else counts.set(name, { table, op, count: 1 });
  }
  return [...counts.values()].sort((one, other) => other.count - one.count);
}

function localDay(at: string): string {
  const date = new Date(at);
  return `${date.getFullYear()}-${date.getMonth()}-${date.getDate()}`;
}
