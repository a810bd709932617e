import { keepPreviousData, queryOptions } from '@tanstack/react-query';

import { api, type Wire } from '../../app/api.ts';

export type PastRows = Wire<'PastRows'>;
export type Diff = Wire<'Diff'>;

/** A query as of a moment. It is written into the log, so that it is asked only when it is meant. */
export const pastQuery = (target: string, moment: string, sql: string) =>
  queryOptions({
    queryKey: ['past', target, moment, sql],
    queryFn: ({ signal }) =>
      api.post('/v1/targets/{target}/query', {
        params: { path: { target } },
        body: { moment, sql, strict: false },
        signal,
      }),
    // What was stays what it was; what is does not.
    staleTime: moment === 'now' ? 0 : Infinity,
    retry: false,
    refetchOnWindowFocus: false,
    placeholderData: keepPreviousData,
  });

/** What differs between two moments. */
export const diffQuery = (target: string, from: string, to: string, tables: readonly string[]) =>
  queryOptions({
    queryKey: ['diff', target, from, to, tables],
    queryFn: ({ signal }) =>
      api.get('/v1/targets/{target}/diff', {
        params: {
          path: { target },
          query: { from, to, ...(tables.length > 0 && { tables: tables.join(',') }) },
        },
        signal,
      }),
    retry: false,
    refetchOnWindowFocus: false,
  });
