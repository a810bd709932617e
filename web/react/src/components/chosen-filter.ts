import type { Operation } from '../journal/change.ts';
import type { ChangeFilter } from '../journal/filter.ts';

/** A stretch of time to look at. */
export type Period = 'hour' | 'day' | 'week' | 'month' | 'all' | 'custom';

/** What is chosen in the filter bar. */
export interface ChosenFilter {
  tableName: string | undefined;
  actor: string | undefined;
  operations: readonly Operation[];
  period: Period;
  since: Date | undefined;
  until: Date | undefined;
}

/** The filter bar as it is at first. */
export const nothingChosen: ChosenFilter = {
  tableName: undefined,
  actor: undefined,
  operations: [],
  period: 'all',
  since: undefined,
  until: undefined,
};

const lengths: Partial<Record<Period, string>> = {
  hour: '1h',
  day: '24h',
  week: '168h',
  month: '720h',
};

/** What is fixed, and what is chosen where nothing is. */
export function chosenFilter(fixed: ChangeFilter, chosen: ChosenFilter): ChangeFilter {
  const isCustom = chosen.period === 'custom';
  return {
    tableName: fixed.tableName ?? chosen.tableName,
    recordId: fixed.recordId,
    actor: fixed.actor ?? chosen.actor,
    operations: fixed.operations ?? chosen.operations,
    since: fixed.since ?? (isCustom ? chosen.since : lengths[chosen.period]),
    until: fixed.until ?? (isCustom ? chosen.until : undefined),
  };
}
