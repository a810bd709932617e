/** The parts of a name as PostgreSQL writes it: `public."Odd ""Name"""` → `public`, `Odd "Name"`. */
export function partsOf(name: string): string[] {
  const parts = name.match(/"(?:[^"]|"")*"|[^."]+/g) ?? [];
  return parts.map((part) =>
    part.startsWith('"') ? part.slice(1, -1).replaceAll('""', '"') : part,
  );
}

/** A name as it may stand in SQL, whatever it holds. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** Reads a page of a table. Its name comes from the API, which quotes it. */
export function pageOf(
  table: { table: string; key: readonly string[] },
  page: number,
  size: number,
) {
  const order = table.key.length > 0 ? `\nORDER BY ${table.key.map(quoted).join(', ')}` : '';
  return `SELECT *\nFROM ${table.table}${order}\nLIMIT ${size + 1} OFFSET ${page * size}`;
}

/** Tables and their columns by schema, as the editor completes them. */
export function schemaOf(tables: readonly { table: string; columns: readonly string[] }[]) {
  const schemas: Record<string, Record<string, string[]>> = {};
  for (const { table, columns } of tables) {
    const [first = '', second] = partsOf(table);
    const [schema, name] = second === undefined ? ['public', first] : [first, second];
    (schemas[schema] ??= {})[name] = [...columns];
  }
  return schemas;
}
