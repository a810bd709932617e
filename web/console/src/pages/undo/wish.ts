import { listIn, numberIn, textIn, type Search } from '../../app/address.ts';

/**
 * Which changes are to be taken back, as the address says it: all that is given must fit. The names
 * are those of the API.
 */
export interface Wish {
  /** `100`, or `100..120`. */
  transactions?: string[];
  changes?: number[];
  session?: string;
  actor?: string;
  tenant?: string;
  request?: string;
  operation?: number;
  tables?: string[];
  /** The record with this key, in the one table. */
  key?: string;
  columns?: string[];
  /** `insert`, `update`, `delete`, `truncate`. */
  operations?: string[];
  since?: string;
  until?: string;
  /** What is done about conflicts: `skip`, or `changed-later=merge`. */
  on_conflict?: string[];
}

const texts = ['session', 'actor', 'tenant', 'request', 'key', 'since', 'until'] as const;
const lists = ['transactions', 'tables', 'columns', 'operations', 'on_conflict'] as const;

/** Reads a wish from an address. */
export function wishIn(search: Search): Wish {
  const wish: Wish = {};
  for (const name of texts) {
    const text = textIn(search, name);
    if (text !== undefined) wish[name] = text;
  }
  for (const name of lists) {
    const list = listIn(search, name).filter((text) => text !== '');
    if (list.length > 0) wish[name] = list;
  }
  const changes = listIn(search, 'changes').filter((text) => /^\d{1,15}$/.test(text));
  if (changes.length > 0) wish.changes = changes.map(Number);
  const operation = numberIn(search, 'operation');
  if (operation !== undefined) wish.operation = operation;
  return wish;
}

/** Whether it says anything at all. */
export function isEmpty(wish: Wish): boolean {
  return Object.keys(wish).every((name) => name === 'on_conflict');
}

const order: readonly (keyof Wish)[] = [
  ...(['transactions', 'changes', 'session', 'actor', 'tenant', 'request', 'operation'] as const),
  ...(['tables', 'key', 'columns', 'operations', 'since', 'until'] as const),
];

/** What it says, as pairs of a name and a value, in the order in which people ask. */
export function wordsOf(wish: Wish): (readonly [keyof Wish, string])[] {
  return order.flatMap((name) =>
    [wish[name] ?? []].flat().map((value) => [name, String(value)] as const),
  );
}

/** What was typed as a list: words with commas or blanks between them. */
export function listOf(text: string): string[] {
  return text.split(/[\s,]+/).filter((word) => word !== '');
}

/** Names of tables that were typed; blanks and commas may stand within quotes. */
export function tablesOf(text: string): string[] {
  const names = text.match(/(?:"[^"]*"|[^,"])+/g) ?? [];
  return names.map((name) => name.trim()).filter((name) => name !== '');
}
