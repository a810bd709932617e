import type { Change } from '../journal/change.ts';

/** What stands in the list: changes, and before the first of each day its name. */
export type ListedItem =
  | { kind: 'day'; name: string; day: string }
  | { kind: 'change'; name: string; change: Change; position: number }
  | { kind: 'end'; name: string };

/** The items of a list of changes, the newest first. */
export function listedItems(
  changes: readonly Change[],
  dayOf: (at: string) => string,
): ListedItem[] {
  const items: ListedItem[] = [];
  let last: string | undefined;
  changes.forEach((change, position) => {
    const day = dayOf(change.at);
    if (day !== last)
      items.push({ kind: 'day', name: `day ${change.at.slice(0, 10)} ${day}`, day });
    last = day;
    items.push({ kind: 'change', name: `change ${change.id}`, change, position });
  });
  items.push({ kind: 'end', name: 'end' });
  return items;
}
