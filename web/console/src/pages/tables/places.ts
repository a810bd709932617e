import type { Wire } from '../../app/api.ts';

export type Classified = Pick<Wire<'Table'>, 'classes' | 'column_classes'>;

/** The classes in a table, by name, each with the columns that have it; null for the whole table. */
export function placesOf({
  classes,
  column_classes,
}: Classified): (readonly [string, string[] | null])[] {
  const places = new Map<string, string[] | null>();
  for (const [column, own] of Object.entries(column_classes)) {
    for (const name of own) places.set(name, [...(places.get(name) ?? []), column]);
  }
  for (const name of classes) places.set(name, null);
  return [...places].sort(([one], [other]) => (one < other ? -1 : 1));
}
