import { isProblem } from '@pgrecall/api-client';
import { queryOptions, useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';

import { api, type Wire } from '../../app/api.ts';
import type { Wish } from './wish.ts';

export type Plan = Wire<'Plan'>;
export type PlanWithSteps = Wire<'PlanWithSteps'>;

/** A wish that says nothing yet. */
const nothing: Wire<'Wish'> = {
  actor: null,
  changes: [],
  columns: [],
  key: null,
  on_conflict: [],
  operation: null,
  operations: [],
  request: null,
  session: null,
  since: null,
  tables: [],
  tenant: null,
  transactions: [],
  until: null,
};

/** A plan, and how far it has come; asked for again while it is being applied. */
export const planQuery = (target: string, plan: string) =>
  queryOptions({
    queryKey: ['plan', target, plan],
    queryFn: () =>
      api.get('/v1/targets/{target}/plans/{plan}', { params: { path: { target, plan } } }),
    refetchInterval: ({ state }) => (state.data?.status === 'applying' ? 1000 : false),
  });

/** Makes a plan, tries it if nothing stands in its way, and opens its page. */
export function useMakePlan(target: string) {
  const client = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: async (wish: Wish) => {
      const path = { target };
      const made = await api.post('/v1/targets/{target}/plans', {
        params: { path },
        body: { ...nothing, ...wish },
      });
      keep(client, target, made);
      return { made, wish };
    },
    onSuccess: ({ made, wish }) =>
      navigate({
        to: '/undo/$target/$plan',
        params: { target, plan: made.plan.id },
        search: wish,
      }),
  });
}

type Client = ReturnType<typeof useQueryClient>;

function keep(client: Client, target: string, made: PlanWithSteps): void {
  client.setQueryData(planQuery(target, made.plan.id).queryKey, made.plan);
  client.setQueryData(madeKey(target, made.plan.id), made);
}

/** Where a plan is kept as it was made in this browser, with its conflicts. */
export function madeKey(target: string, plan: string) {
  return ['plan', target, plan, 'made'] as const;
}

/** The steps of a plan, page by page. They can be had as long as the plan would be the same now. */
export function usePlanSteps(target: string, plan: string, isWanted: boolean) {
  const found = useInfiniteQuery({
    queryKey: ['plan', target, plan, 'steps'],
    queryFn: ({ pageParam, signal }) =>
      api.get('/v1/targets/{target}/plans/{plan}/steps', {
        params: {
          path: { target, plan },
          query: pageParam === undefined ? {} : { cursor: pageParam },
        },
        signal,
      }),
    initialPageParam: undefined as number | undefined,
    getNextPageParam: ({ next }) => next ?? undefined,
    enabled: isWanted,
    retry: false,
    staleTime: Infinity,
  });
  const pages = found.data?.pages;
  return {
    steps: pages?.flatMap(({ steps }) => steps),
    total: pages?.[0]?.total_steps ?? 0,
    error: found.error,
    more: found.hasNextPage ? () => void found.fetchNextPage() : undefined,
  };
}

/**
 * The key of an attempt to apply, the same again after the page was loaded anew: whoever tries
 * again after a lost connection must not apply twice.
 */
export function attemptOf(plan: string): string {
  const place = `pgrecall.attempt.${plan}`;
  const kept = sessionStorage.getItem(place);
  if (kept !== null) return kept;
  // `randomUUID` is missing where the page did not come over TLS.
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const key = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  sessionStorage.setItem(place, key);
  return key;
}

/** What the attempts to apply a plan are called: why one failed is told after its form is gone. */
export function applyKey(plan: string) {
  return ['apply', plan] as const;
}

/** Whether the plan would be another one now. */
export function isOutdated(error: unknown): boolean {
  return isProblem(error) && error.code === 'undo/other-plan';
}
