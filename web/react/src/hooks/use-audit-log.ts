import { useMemo, useSyncExternalStore } from 'react';
import { ChangeList, type ChangeListState, type ListedChanges } from '../data/change-list.ts';
import { momentText, type ChangeFilter } from '../journal/filter.ts';
import { usePgRecall } from '../provider.tsx';

/** Which changes, and how they are fetched. */
export interface UseAuditLogOptions extends ChangeFilter {
  /** Put changes in front as they are committed; on without it, unless there is an `until`. */
  realtime?: boolean | undefined;
  /** How many are fetched at a time; 50 without it, 1000 at most. */
  pageSize?: number | undefined;
}

/** A list of changes, newest first, and what can be done with it. */
export interface AuditLog extends ChangeListState {
  /** Fetches the next page, if there is one. */
  loadMore: () => void;
  /** Fetches the first page again. */
  reload: () => void;
  /** Holds new changes back and counts them. */
  pause: () => void;
  /** Shows what was held back, and goes on. */
  resume: () => void;
}

/** Changes in pages, newest first, with new ones in front as they are committed. */
export function useAuditLog(options: UseAuditLogOptions = {}): AuditLog {
  const { api, target } = usePgRecall();
  // As text, so that an object written in place is the same list each time.
  const text = JSON.stringify({
    ...options,
    since: momentText(options.since),
    until: momentText(options.until),
    realtime: options.realtime ?? true,
    pageSize: options.pageSize ?? 50,
  });
  const list = useMemo(
    () => new ChangeList(api, target, JSON.parse(text) as ListedChanges),
    [api, target, text],
  );
  const state = useSyncExternalStore(list.subscribe, list.getSnapshot, list.getSnapshot);
  const { loadMore, reload, pause, resume } = list;
  return { ...state, loadMore, reload, pause, resume };
}
