import { queryOptions } from '@tanstack/react-query';

import { api } from '../../app/api.ts';

/** Everything that happened to a record. */
export const historyQuery = (target: string, table: string, key: string) =>
  queryOptions({
    queryKey: ['history', target, table, key],
    queryFn: ({ signal }) =>
      api.get('/v1/targets/{target}/tables/{table}/history', {
        params: { path: { target, table }, query: { key } },
        signal,
      }),
  });
