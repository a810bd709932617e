import type { Wire } from '../../app/api.ts';

export type Change = Wire<'Change'>;

/** What came while the list was looked at: what it shows, and what it holds back. */
export interface Arrived {
  shown: readonly Change[];
  held: readonly Change[];
}

export const nothingArrived: Arrived = { shown: [], held: [] };

/** So many are held for a page that stays open for days. */
export const mostHeld = 5_000;

/** Both lists in one, in the order of the server: newest first, each change once. */
export function merged(ones: readonly Change[], others: readonly Change[]): readonly Change[] {
  if (others.length === 0) return ones;
  if (ones.length === 0 && isSorted(others)) return others;
  const byId = new Map([...ones, ...others].map((change) => [change.id, change]));
  return [...byId.values()].sort(newestFirst);
}

/** Takes in what was just told; a list that holds counts it and stays as it is. */
export function receive(arrived: Arrived, changes: readonly Change[], isHolding: boolean): Arrived {
  const part = isHolding ? 'held' : 'shown';
  return { ...arrived, [part]: merged(arrived[part], changes).slice(0, mostHeld) };
}

/** Shows what was held back. */
export function release({ shown, held }: Arrived): Arrived {
  return { shown: merged(shown, held), held: [] };
}

/** How many changes wait that the list does not show yet. */
export function waitingCount({ held }: Arrived, shown: readonly Change[]): number {
  if (held.length === 0) return 0;
  const known = new Set(shown.map(({ id }) => id));
  return held.filter(({ id }) => !known.has(id)).length;
}

function newestFirst(one: Change, other: Change): number {
  return other.tx - one.tx || other.id - one.id;
}

function isSorted(changes: readonly Change[]): boolean {
  return changes.every((change, at) => {
    const next = changes[at + 1];
    return next === undefined || newestFirst(change, next) < 0;
  });
}
