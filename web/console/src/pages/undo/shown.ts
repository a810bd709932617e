import { isProblem, type ProblemError } from '@pgrecall/api-client';
import { queryOptions, useQuery } from '@tanstack/react-query';

import { api } from '../../app/api.ts';
import { stepsKey, type Plan, type PlanWithSteps } from './plan.ts';

/** What a plan came to when it was tried. Trying changes nothing, so that it may be asked for. */
const triedQuery = (target: string, plan: string) =>
  queryOptions({
    queryKey: ['plan', target, plan, 'tried'],
    queryFn: () =>
      api.post('/v1/targets/{target}/plans/{plan}/preview', { params: { path: { target, plan } } }),
    staleTime: Infinity,
    retry: false,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });

interface ShownPlan {
  shown: PlanWithSteps | undefined;
  /** Why it could not be tried. */
  problem: ProblemError | null;
  isTrying: boolean;
}

/** The steps of a plan: as they were tried, or else as they were planned in this browser. */
export function useShownPlan(target: string, plan: Plan): ShownPlan {
  const isOpen = plan.status === 'planned' || plan.status === 'previewed';
  const isLive = new Date(plan.expires_at).getTime() > Date.now();
  const tried = useQuery({ ...triedQuery(target, plan.id), enabled: isOpen && isLive });
  const made = useQuery<PlanWithSteps>({
    queryKey: stepsKey(target, plan.id),
    queryFn: () => Promise.reject(new Error('the steps are only known where they were planned')),
    enabled: false,
  });
  return {
    shown: tried.data ?? made.data,
    problem: isProblem(tried.error) ? tried.error : null,
    isTrying: tried.isFetching,
  };
}
