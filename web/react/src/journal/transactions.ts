import type { Change, Operation } from './change.ts';
import { operationOf } from './change.ts';

/** Changes that were made together. */
export interface TransactionGroup {
  tx: number;
  /** The change that stands for all: who, when and why are the same. */
  first: Change;
  changes: readonly Change[];
  /** How many by table and operation, the most first. */
  counts: readonly { table: string; operation: Operation; count: number }[];
}

/** Changes by transaction, in the order in which the transactions come. */
export function byTransaction(changes: readonly Change[]): TransactionGroup[] {
  const groups = new Map<number, [Change, ...Change[]]>();
  for (const change of changes) {
    const group = groups.get(change.tx);
    if (group) group.push(change);
    else groups.set(change.tx, [change]);
  }
  return [...groups].map(([tx, members]) => groupOf(tx, members));
}

function groupOf(tx: number, changes: readonly [Change, ...Change[]]): TransactionGroup {
  const counts = new Map<string, { table: string; operation: Operation; count: number }>();
  for (const change of changes) {
    const operation = operationOf(change);
    const name = `${operation} ${change.table}`;
    const known = counts.get(name);
    if (known) known.count += 1;
    else counts.set(name, { table: change.table, operation, count: 1 });
  }
  const sorted = [...counts.values()].sort((one, other) => other.count - one.count);
  return { tx, first: changes[0], changes, counts: sorted };
}
