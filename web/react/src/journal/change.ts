import type { components } from '@pgrecall/api-client';

/** One row inserted, updated, deleted or truncated. */
export type Change = components['schemas']['Change'];

/** A stretch in which changes of a table may be missing. */
export type Gap = components['schemas']['Gap'];

/** What a change did to its row. */
export type Operation = 'insert' | 'update' | 'delete' | 'truncate';

/** All operations, in the order in which they are listed. */
export const operations: readonly Operation[] = ['insert', 'update', 'delete', 'truncate'];

/** A row as the journal keeps it. */
export type Row = Readonly<Record<string, unknown>>;

/** The operation of a change; a word of a newer server counts as an update. */
export function operationOf(change: Pick<Change, 'op'>): Operation {
  return operations.find((operation) => operation === change.op) ?? 'update';
}

/** Who made a change, as far as the journal knows. */
export function actorOf(who: Pick<Change, 'actor' | 'database_user'>): string | undefined {
  return who.actor ?? who.database_user ?? undefined;
}
