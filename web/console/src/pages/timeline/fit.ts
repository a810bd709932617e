import type { Change } from './stream.ts';
import { valueOf, type Term } from './query.ts';

/** Why new changes are not shown as they are made, if so. */
export function cannotFollow(terms: readonly Term[]): boolean {
  const until = valueOf(terms, 'until');
  // What belongs to an operation is known to the server only.
  return valueOf(terms, 'operation') !== undefined || (until !== undefined && until !== 'now');
}

/** What the live events are narrowed down to at the server; the rest is left to `fits`. */
export function liveFilter(terms: readonly Term[]): { actor?: string; op?: string } {
  const actor = valueOf(terms, 'actor');
  const op = valueOf(terms, 'op');
  const isOne = op !== undefined && !op.includes(',');
  return { ...(actor !== undefined && { actor }), ...(isOne && { op }) };
}

/** Whether a change that was just made is asked for. */
export function fits(change: Change, terms: readonly Term[]): boolean {
  return terms.every(({ name, value }) => {
    switch (name) {
      case 'actor':
        return change.actor === value;
      case 'tenant':
        return change.tenant === value;
      case 'session':
        return change.session === value;
      case 'table':
        return isTable(change.table, value);
      case 'key':
        return isKey(change.key, value);
      case 'tx':
        return change.tx === Number(value);
      case 'op':
        return value.split(',').includes(change.op);
      case 'column':
        return change.changed.includes(value);
      case 'since':
      case 'until':
      case 'operation':
        return true;
    }
  });
}

/** A name without a schema means the table of any schema. */
function isTable(table: string, wanted: string): boolean {
  const plain = table.replaceAll('"', '');
  const named = wanted.replaceAll('"', '');
  return plain === named || plain.endsWith(`.${named}`);
}

/** `42`, `id=42` and `a=1,b=x` mean a record. */
function isKey(key: Change['key'], wanted: string): boolean {
  const columns = Object.entries(key ?? {}).map(([name, value]) => [name, String(value)] as const);
  if (columns.length === 1 && columns[0]?.[1] === wanted) return true;
  const parts = columns.map(([name, value]) => `${name}=${value}`);
  return parts.length > 0 && parts.sort().join() === wanted.split(',').sort().join();
}
