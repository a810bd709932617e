import { useSyncExternalStore } from 'react';
import type { Loaded } from '../data/resource.ts';
import { usePgRecall, type PgRecall } from '../provider.tsx';

/** What is loaded, and how to load it again. */
export interface UseResource<T> extends Loaded<T> {
  reload: () => void;
}

/** Something of the API under a name that says all that it depends on. */
export function useResource<T>(
  name: string,
  load: (pgRecall: PgRecall, signal: AbortSignal) => Promise<T>,
): UseResource<T> {
  const pgRecall = usePgRecall();
  const resource = pgRecall.resource(name, (signal) => load(pgRecall, signal));
  const loaded = useSyncExternalStore(
    resource.subscribe,
    resource.getSnapshot,
    resource.getSnapshot,
  );
  return { ...loaded, reload: resource.reload };
}
