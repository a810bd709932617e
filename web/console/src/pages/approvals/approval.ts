import { queryOptions } from '@tanstack/react-query';

import { api, type Wire } from '../../app/api.ts';
import type { Target } from '../../app/targets.ts';

export type Approval = Wire<'Approval'>;
export type Review = Wire<'Review'>;

/** An approval with the target it belongs to. */
export interface Asked {
  target: string;
  approval: Approval;
}

/** How often somebody who waits is told of what others decided. */
const EVERY = 5_000;

/** The latest approvals of a target. */
export const approvalsQuery = (target: string) =>
  queryOptions({
    queryKey: ['approvals', target],
    queryFn: ({ signal }) =>
      api.get('/v1/targets/{target}/approvals', { params: { path: { target } }, signal }),
    refetchInterval: EVERY,
  });

/** An approval, asked for again as long as something may still happen to it. */
export const approvalQuery = (target: string, id: number) =>
  queryOptions({
    queryKey: ['approvals', target, id],
    queryFn: ({ signal }) =>
      api.get('/v1/targets/{target}/approvals/{id}', { params: { path: { target, id } }, signal }),
    refetchInterval: ({ state }) =>
      state.data && ['requested', 'approved', 'applying'].includes(state.data.status)
        ? EVERY
        : false,
  });

/** What was applied without its approval. */
export const reviewsQuery = (target: string) =>
  queryOptions({
    queryKey: ['reviews', target],
    queryFn: ({ signal }) =>
      api.get('/v1/targets/{target}/reviews', { params: { path: { target } }, signal }),
  });

const looking = ['operator', 'approver', 'auditor', 'administrator'];

/** The targets whose approvals somebody may look at. */
export function withApprovals(targets: readonly Target[]): Target[] {
  return targets.filter(({ roles }) => roles.some((role) => looking.includes(role)));
}

/** What somebody can do about an approval. */
export type Part = 'decide' | 'own' | 'decided' | 'watch' | 'over';

/** What somebody can do about an approval, by name and by the roles in its target. */
export function partOf(approval: Approval, user: string, roles: readonly string[]): Part {
  if (!['requested', 'approved'].includes(approval.status)) return 'over';
  if (approval.requested_by === user || approval.planned_by === user) return 'own';
  if (!roles.includes('approver')) return 'watch';
  if (approval.decisions.some(({ by }) => by === user)) return 'decided';
  return approval.status === 'requested' ? 'decide' : 'decided';
}

/** How many rows a plan is about. */
export function rowsOf(rows: Approval['rows']): number {
  return rows.reduce((sum, row) => sum + row.inserted + row.updated + row.deleted, 0);
}
