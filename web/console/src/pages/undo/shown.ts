import { isProblem, type Conflict, type ProblemError } from '@pgrecall/api-client';
import { queryOptions, useQuery } from '@tanstack/react-query';

import { api, type Wire } from '../../app/api.ts';
import { useNow } from '../../parts/now.ts';
import { madeKey, planQuery, usePlanSteps, type Plan, type PlanWithSteps } from './plan.ts';

/** What a plan came to when it was tried. Trying changes nothing, so that it may be asked for. */
const triedQuery = (target: string, plan: string) =>
  queryOptions({
    queryKey: ['plan', target, plan, 'tried'],
    queryFn: async ({ client }) => {
      const params = { path: { target, plan } };
      const tried = await api.post('/v1/targets/{target}/plans/{plan}/preview', { params });
      client.setQueryData(planQuery(target, plan).queryKey, tried.plan);
      return tried;
    },
    staleTime: Infinity,
    retry: false,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });

/** What is shown of a plan. */
interface ShownPlan {
  conflicts: readonly Conflict[];
  steps: readonly Wire<'Step'>[] | undefined;
  total: number;
  /** Asks for more steps. */
  more: (() => void) | undefined;
  /** Why it could not be tried, or would be another plan now. */
  problem: ProblemError | null;
  isTrying: boolean;
}

/**
 * The steps of a plan and what stands in its way. Where nobody has tried it yet, it is tried, if the
 * one who looks may.
 */
export function useShownPlan(target: string, plan: Plan, mayTry: boolean): ShownPlan {
  const isOpen = plan.status === 'planned' || plan.status === 'previewed';
  const now = useNow(30_000);
  const isLive = isOpen && new Date(plan.expires_at).getTime() > now;
  const { data: made } = useQuery<PlanWithSteps>({
    queryKey: madeKey(target, plan.id),
    queryFn: () => Promise.reject(new Error('only known where it was planned')),
    enabled: false,
  });
  // What is known to stand in the way need not be found out again.
  const isStuck = plan.conflicts > 0 && made !== undefined;
  const isToTry = isLive && mayTry && !isStuck && !plan.effects;
  const tried = useQuery({ ...triedQuery(target, plan.id), enabled: isToTry });
  const given = tried.data ?? made;
  const further = usePlanSteps(target, plan.id, isLive && !isToTry && given === undefined);
  const problems = [tried.error, further.error].filter(isProblem);
  return {
    conflicts: given?.conflicts ?? problems[0]?.conflicts ?? [],
    steps: further.steps ?? given?.steps,
    total: further.steps === undefined ? (given?.total_steps ?? 0) : further.total,
    more: further.more,
    problem: problems[0] ?? null,
    isTrying: tried.isFetching,
  };
}
