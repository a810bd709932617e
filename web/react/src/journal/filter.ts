import type { Change, Operation } from './change.ts';
import { isSameKey, keyText, type RecordId } from './record-key.ts';
import { isSameTable, partsOf } from './table-name.ts';

/** Which changes are meant; all that is given must fit. */
export interface ChangeFilter {
  /** The table, with its schema or without. */
  tableName?: string | undefined;
  /** The record of that table. */
  recordId?: RecordId | undefined;
  /** Who made the change. */
  actor?: string | undefined;
  /** Changes of one of these kinds; all kinds without it. */
  operations?: readonly Operation[] | undefined;
  /** From this moment on: a time, or a word of the API such as `2h` or `mark:release`. */
  since?: string | Date | undefined;
  /** Up to this moment. */
  until?: string | Date | undefined;
}

/** The same, as the API asks for it. */
export function queryOf(filter: ChangeFilter) {
  return withoutUndefined({
    table: filter.tableName,
    key: filter.recordId === undefined ? undefined : keyText(filter.recordId),
    actor: filter.actor,
    op: filter.operations?.length ? filter.operations.join(',') : undefined,
    since: momentText(filter.since),
    until: momentText(filter.until),
  });
}

/**
 * What the live events are narrowed down to at the server. It compares the table with its full
 * name only and takes one operation, so the rest is left to `fits`.
 */
export function liveQueryOf(filter: ChangeFilter) {
  const { tableName, actor, operations } = filter;
  return withoutUndefined({
    table: tableName !== undefined && partsOf(tableName).length > 1 ? tableName : undefined,
    actor,
    op: operations?.length === 1 ? operations[0] : undefined,
  });
}

/** Whether a change that was just made is meant. */
export function fits(change: Change, filter: ChangeFilter): boolean {
  const { tableName, recordId, actor, operations } = filter;
  return (
    (tableName === undefined || isSameTable(change.table, tableName)) &&
    (recordId === undefined || isSameKey(change.key, recordId)) &&
    (actor === undefined || change.actor === actor) &&
    (!operations?.length || operations.some((operation) => operation === change.op))
  );
}

/** A moment as the API reads it. */
export function momentText(moment: string | Date | undefined): string | undefined {
  return moment instanceof Date ? moment.toISOString() : moment;
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

function withoutUndefined<T extends object>(value: T): Defined<T> {
  const entries = Object.entries(value).filter(([, one]) => one !== undefined && one !== '');
  return Object.fromEntries(entries) as Defined<T>;
}
