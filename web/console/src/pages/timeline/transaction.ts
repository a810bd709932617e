import { queryOptions } from '@tanstack/react-query';

import { api, type Wire } from '../../app/api.ts';

export type Transaction = Wire<'Transaction'>;

/** One transaction with its changes. */
export const transactionQuery = (target: string, tx: number) =>
  queryOptions({
    queryKey: ['transaction', target, tx],
    queryFn: ({ signal }) =>
      api.get('/v1/targets/{target}/transactions/{tx}', {
        params: { path: { target, tx } },
        signal,
      }),
    staleTime: 60_000,
  });
