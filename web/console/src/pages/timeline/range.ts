import { valueOf, withoutTerms, withTerm, type Term } from './query.ts';

/** A stretch of time, in milliseconds since 1970. */
export interface Range {
  from: number;
  to: number;
}

const units: Record<string, number> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** When a moment is, if its text alone tells: `2h` ago, or a time. */
export function timeOf(moment: string | undefined, now: number): number | undefined {
  if (moment === undefined) return undefined;
  if (moment === 'now') return now;
  const [, count, unit] = /^-?(\d+)\s*([smhdw])$/.exec(moment) ?? [];
  if (count !== undefined && unit !== undefined) return now - Number(count) * (units[unit] ?? 0);
  const time = /^\d{4}-/.test(moment) ? Date.parse(moment) : NaN;
  return Number.isNaN(time) ? undefined : time;
}

/** The stretch that a query is about; from the oldest change to now where it says nothing. */
export function rangeOf(terms: readonly Term[], oldest: number, now: number): Range {
  const from = timeOf(valueOf(terms, 'since'), now) ?? oldest;
  const to = timeOf(valueOf(terms, 'until'), now) ?? now;
  return { from: Math.min(from, to - 1), to };
}

/** The query about another stretch; one that ends now goes on. */
export function zoomed(terms: readonly Term[], { from, to }: Range, now: number): Term[] {
  const since = { name: 'since', value: new Date(from).toISOString() } as const;
  const begun = withTerm(withoutTerms(terms, 'since', 'until'), since);
  const slack = (to - from) / 100;
  if (to >= now - slack) return begun;
  return withTerm(begun, { name: 'until', value: new Date(to).toISOString() });
}

/** How many changes there are in a part of the stretch. */
export interface Bar extends Range {
  total: number;
}

/** Where a bar stands, as shares of the whole. */
export type Placed<B extends Bar> = B & { left: number; width: number };

/** The bars within a stretch; what sticks out at its ends is cut. */
export function placed<B extends Bar>(bars: readonly B[], range: Range): Placed<B>[] {
  const length = range.to - range.from;
  return bars
    .filter((bar) => bar.total > 0 && bar.to > range.from && bar.from < range.to)
    .map((bar) => {
      const from = Math.max(bar.from, range.from);
      const to = Math.min(bar.to, range.to);
      return { ...bar, left: (from - range.from) / length, width: (to - from) / length };
    });
}
