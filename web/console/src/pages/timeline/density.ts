import { queryOptions } from '@tanstack/react-query';

import { api } from '../../app/api.ts';
import { readQuery, valueOf, withoutTerms, writeQuery } from './query.ts';
import type { Bar } from './range.ts';

/** So many bars fit the strip. */
const buckets = 120;

/** How many changes there were when. */
export interface Density {
  from: number;
  to: number;
  bars: readonly Bar[];
  /** Whether it was reckoned from a part of the journal. */
  isSampled: boolean;
}

/**
 * How many changes fit a query, over the time that it is about; from `oldest` on where it does not
 * say.
 */
export const densityQuery = (target: string, q: string, oldest: string) => {
  const { terms } = readQuery(q);
  const others = writeQuery(withoutTerms(terms, 'since', 'until'));
  const since = valueOf(terms, 'since') ?? oldest;
  const until = valueOf(terms, 'until');
  return queryOptions({
    queryKey: ['density', target, others, since, until],
    queryFn: async ({ signal }): Promise<Density> => {
      const found = await api.get('/v1/targets/{target}/changes/density', {
        params: {
          path: { target },
          query: {
            ...(others !== '' && { q: others }),
            since,
            ...(until !== undefined && { until }),
            buckets,
          },
        },
        signal,
      });
      const range = { from: Date.parse(found.since), to: Date.parse(found.until) };
      const isSampled = found.sampled_percent !== null && found.sampled_percent !== undefined;
      return { ...range, bars: barsOf(found.changes, range), isSampled };
    },
    // As new changes come, the strip may lag behind the list a little.
    refetchInterval: 30_000,
    placeholderData: (before) => before,
  });
};

/** Bars side by side from one end to the other; those without changes are left out. */
export function barsOf(
  counts: readonly number[],
  { from, to }: { from: number; to: number },
): Bar[] {
  const length = (to - from) / counts.length;
  return counts
    .map((total, index) => ({
      from: from + index * length,
      to: from + (index + 1) * length,
      total,
    }))
    .filter(({ total }) => total > 0);
}
