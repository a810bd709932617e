import type { components } from '@pgrecall/api-client';
import { queryOf, type ChangeFilter } from '../journal/filter.ts';
import { usePgRecall } from '../provider.tsx';
import { useResource, type UseResource } from './use-resource.ts';

/** How much was changed by those who have something in common. */
export type Activity = components['schemas']['Activity'];

/** By what changes are counted. */
export type ActivityDimension =
  'actor' | 'table' | 'hour' | 'day' | 'op' | 'application' | 'tenant' | 'session';

/** Which changes are counted, and by what. */
export interface UseActivityOptions extends ChangeFilter {
  /** By what; by actor without it. */
  by?: readonly ActivityDimension[] | undefined;
}

/** How much was changed, the most first. An answer holds 1000 groups at most. */
export function useActivity(options: UseActivityOptions = {}): UseResource<readonly Activity[]> {
  const { timeZone } = usePgRecall();
  const query = {
    ...queryOf(options),
    by: (options.by ?? ['actor']).join(','),
    ...(timeZone === undefined ? {} : { time_zone: timeZone }),
  };
  return useResource(JSON.stringify(['activity', query]), ({ api, target }, signal) =>
    api.get('/v1/targets/{target}/activity', { params: { path: { target }, query }, signal }),
  );
}
