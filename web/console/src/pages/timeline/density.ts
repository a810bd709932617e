import { queryOptions } from '@tanstack/react-query';

import { api, type Wire } from '../../app/api.ts';
import type { Bar } from './range.ts';

const hour = 3_600_000;

/** So many bars of an hour each are told apart; a longer stretch is counted by days. */
const mostHours = 24 * 14;

/** How many changes fit a query, over time. */
export const densityQuery = (target: string, q: string, length: number) => {
  const by = length > mostHours * hour ? 'day' : 'hour';
  return queryOptions({
    queryKey: ['density', target, q, by],
    queryFn: async ({ signal }) => {
      const query = { ...(q !== '' && { q }), by, time_zone: timeZone };
      const found = await api.get('/v1/targets/{target}/activity', {
        params: { path: { target }, query },
        signal,
      });
      return found.map((counted) => barOf(counted, by));
    },
    // As new changes come, the strip may lag behind the list a little.
    refetchInterval: 30_000,
    placeholderData: (before) => before,
  });
};

const timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone;

function barOf(counted: Wire<'Activity'>, by: 'hour' | 'day'): Bar {
  const { group, inserts, updates, deletes, truncates } = counted;
  const from = Date.parse(String(group[by]));
  const to = from + (by === 'hour' ? hour : 24 * hour);
  return { from, to, inserts, updates, deletes: deletes + truncates };
}
