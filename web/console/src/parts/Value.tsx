import { isExactNumber } from '@pgrecall/api-client';

import './Value.css';

/** A value of a row on one line. Null and the empty text do not look alike. */
export function Value({ value }: { value: unknown }) {
  if (value === undefined) return <span className="rec-value rec-value-none">–</span>;
  if (value === null) return <span className="rec-value rec-value-null">NULL</span>;
  if (value === '') return <span className="rec-value rec-value-none">''</span>;
  return <span className="rec-value">{valueText(value)}</span>;
}

/** A value as a text; documents as JSON, numbers with every digit. */
export function valueText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'object' && value !== null && !isExactNumber(value)) {
    return JSON.stringify(value, (_, part: unknown) => (isExactNumber(part) ? String(part) : part));
  }
  return String(value);
}

/** A key as people read it: the value alone where the key has one column. */
export function keyLabel(key: Readonly<Record<string, unknown>> | null | undefined): string {
  const columns = Object.entries(key ?? {});
  const [only] = columns;
  if (columns.length === 1 && only !== undefined) return valueText(only[1]);
  return columns.map(([name, value]) => `${name}=${valueText(value)}`).join(', ');
}

/** A key as the API reads it: `id=42`, `a=1,b='x, y'`. */
export function keyText(key: Readonly<Record<string, unknown>> | null | undefined): string {
  const parts = Object.entries(key ?? {}).map(([name, value]) => {
    const text = valueText(value);
    return `${name}=${/[,']/.test(text) ? `'${text.replaceAll("'", "''")}'` : text}`;
  });
  return parts.join(',');
}

/** The name of a table, without the schema that most tables are in. */
export function tableLabel(table: string): string {
  return table.startsWith('public.') ? table.slice('public.'.length) : table;
}
