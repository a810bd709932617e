import { queryOptions } from '@tanstack/react-query';

import { api, type Wire } from '../../app/api.ts';
import { writeQuery, type Term } from '../timeline/query.ts';
import type { Stretch } from './route.ts';

export type Activity = Wire<'Activity'>;

/** What is counted: how far back, and by whom. */
export interface Scope {
  target: string;
  stretch: Stretch;
  actor?: string | undefined;
}

const timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** The words of the query language for it. */
export function termsOf({ stretch, actor }: Scope): Term[] {
  return [
    ...(actor === undefined ? [] : [{ name: 'actor', value: actor } as const]),
    ...(stretch === 'all' ? [] : [{ name: 'since', value: stretch } as const]),
  ];
}

/** How much was changed, by one thing or several: `actor`, `actor,hour`. */
export const activityQuery = (scope: Scope, by: string) => {
  const q = writeQuery(termsOf(scope));
  return queryOptions({
    queryKey: ['activity', scope.target, q, by],
    queryFn: ({ signal }) =>
      api.get('/v1/targets/{target}/activity', {
        params: {
          path: { target: scope.target },
          query: { ...(q !== '' && { q }), by, time_zone: timeZone },
        },
        signal,
      }),
    placeholderData: (before) => before,
  });
};

/** All of it in one. */
export function sumOf(activity: readonly Activity[]) {
  const sum = (name: 'changes' | 'inserts' | 'updates' | 'deletes' | 'truncates') =>
    activity.reduce((total, one) => total + one[name], 0);
  return {
    changes: sum('changes'),
    inserts: sum('inserts'),
    updates: sum('updates'),
    deletes: sum('deletes') + sum('truncates'),
  };
}

/** Somebody's hour in which very much was changed. */
export interface Burst {
  actor: string;
  from: number;
  to: number;
  activity: Activity;
}

const hour = 3_600_000;

/** Fewer changes in an hour are never much. */
const leastChanges = 25;

/** So many times what is usual is much. */
const timesUsual = 5;

/**
 * The hours in which somebody changed much more than actors do in an hour, the most first. Counts by
 * actor and hour are looked at; the median is what is usual.
 */
export function burstsOf(byActorAndHour: readonly Activity[]): Burst[] {
  const counts = byActorAndHour.map(({ changes }) => changes).sort((one, other) => one - other);
  const usual = counts[Math.floor(counts.length / 2)] ?? 0;
  const much = Math.max(leastChanges, usual * timesUsual);
  return byActorAndHour
    .filter(({ changes }) => changes >= much)
    .sort((one, other) => other.changes - one.changes)
    .map((activity) => {
      const from = Date.parse(String(activity.group.hour));
      return { actor: nameOf(activity), from, to: from + hour, activity };
    });
}

/** Whose changes they are: the actor, or else the database user. */
export function nameOf({ group }: Activity): string {
  const name = group.actor ?? group.database_user;
  return typeof name === 'string' ? name : '';
}
