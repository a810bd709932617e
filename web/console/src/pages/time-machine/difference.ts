/** How many rows of a table differ, and how. */
export interface TableCounts {
  table: string;
  added: number;
  changed: number;
  removed: number;
}

/** What differs, counted by table, in the order in which the tables come. */
export function countsOf(rows: readonly { table: string; kind: string }[]): TableCounts[] {
  const counts = new Map<string, TableCounts>();
  for (const { table, kind } of rows) {
    const count = counts.get(table) ?? { table, added: 0, changed: 0, removed: 0 };
    counts.set(table, count);
    if (kind === 'added' || kind === 'changed' || kind === 'removed') count[kind] += 1;
  }
  return [...counts.values()];
}
