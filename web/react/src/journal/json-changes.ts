import { isExactNumber } from '@pgrecall/api-client';
import { isSame } from './field-changes.ts';

/** A place in a document of which the value differs. `undefined` means that nothing is there. */
export interface JsonChange {
  /** Where: `address.city`, `tags[2]`. */
  path: string;
  before: unknown;
  after: unknown;
}

/** Whether a value is a document, of which places can be compared. */
export function isDocument(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !isExactNumber(value);
}

/** The places at which two documents differ, in the order of the first. */
export function jsonChanges(before: object, after: object): JsonChange[] {
  const found: JsonChange[] = [];
  compare('', before, after, found);
  return found;
}

function compare(path: string, before: unknown, after: unknown, found: JsonChange[]): void {
  if (isSame(before, after)) return;
  if (!isComparable(before, after)) {
    found.push({ path, before, after });
    return;
  }
  const [ones, others] = [membersOf(before), membersOf(after)];
  for (const name of new Set([...ones.keys(), ...others.keys()])) {
    compare(step(path, name, Array.isArray(after)), ones.get(name), others.get(name), found);
  }
}

function isComparable(before: unknown, after: unknown): boolean {
  return isDocument(before) && isDocument(after) && Array.isArray(before) === Array.isArray(after);
}

/** A map, because a document may have a member `__proto__`. */
function membersOf(document: unknown): Map<string, unknown> {
  return new Map(Object.entries(document as object));
}

function step(path: string, name: string, isIndex: boolean): string {
  if (isIndex) return `${path}[${name}]`;
  const member = /^[\w-]+$/.test(name) ? name : JSON.stringify(name);
  return path === '' ? member : `${path}.${member}`;
}
