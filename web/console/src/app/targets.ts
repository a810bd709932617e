import { queryOptions, useSuspenseQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';

import { api, type Wire } from './api.ts';

/** A database that pgRecall looks after. */
export type Target = Wire<'Target'>;

/** The targets that the user may see. */
export const targetsQuery = queryOptions({
  queryKey: ['targets'],
  queryFn: () => api.get('/v1/targets'),
  staleTime: 60_000,
});

const place = 'pgrecall.target';

/** Keeps which target was looked at last. */
export function rememberTarget(name: string): void {
  localStorage.setItem(place, name);
}

/** The target that a page shows when its address names none. */
export function usualTarget(targets: readonly Target[]): Target | undefined {
  const last = localStorage.getItem(place);
  return targets.find(({ name }) => name === last) ?? targets[0];
}

/** The target that the address names, or the one that was looked at last. */
export function useTarget(): Target | undefined {
  const { target: named } = useParams({ strict: false });
  const { data: targets } = useSuspenseQuery(targetsQuery);
  return named === undefined ? usualTarget(targets) : targets.find(({ name }) => name === named);
}
