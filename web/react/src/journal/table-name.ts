/** The parts of a name as PostgreSQL writes it: `public."Odd.Name"` has two. */
export function partsOf(name: string): string[] {
  const parts = name.match(/"(?:[^"]|"")*"|[^."]+/g) ?? [];
  return parts.map((part) => (part.startsWith('"') ? unquote(part) : part.toLowerCase()));
}

/** Whether two names mean the same table; a name without a schema is that of any schema. */
export function isSameTable(one: string, other: string): boolean {
  const [ones, others] = [partsOf(one), partsOf(other)];
  const length = Math.min(ones.length, others.length);
  return length > 0 && ones.slice(-length).join('\0') === others.slice(-length).join('\0');
}

/** The schema where it is worth saying, and the table. */
export function displayName(name: string): { schema: string | undefined; table: string } {
  const parts = partsOf(name);
  const schema = parts.length > 1 ? parts[0] : undefined;
  return { schema: schema === 'public' ? undefined : schema, table: parts.at(-1) ?? name };
}

function unquote(part: string): string {
  return part.slice(1, -1).replaceAll('""', '"');
}
