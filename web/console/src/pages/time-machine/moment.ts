/** How somebody says which moment is meant. */
export type MomentKind = 'now' | 'time' | 'mark' | 'transaction';

/** The kind of a moment, as the API writes moments. */
export function kindOfMoment(moment: string): MomentKind {
  if (moment === 'now') return 'now';
  if (moment.startsWith('mark:')) return 'mark';
  return /^(before|after):tx:/.test(moment) ? 'transaction' : 'time';
}

/** The transaction of a moment such as `before:tx:4711`. */
export function transactionOf(
  moment: string,
): { side: 'before' | 'after'; tx: string } | undefined {
  const found = /^(before|after):tx:(\d+)$/.exec(moment);
  if (found === null) return undefined;
  return { side: found[1] === 'after' ? 'after' : 'before', tx: found[2] ?? '' };
}

const units: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** The time of a moment that is one: a time, or a stretch such as `2h` back from now. */
export function timeOf(moment: string, now: number): number | undefined {
  const ago = /^-?(\d{1,6})([smhdw])$/.exec(moment);
  if (ago !== null) return now - Number(ago[1]) * (units[ago[2] ?? ''] ?? 0);
  if (kindOfMoment(moment) !== 'time') return moment === 'now' ? now : undefined;
  const time = Date.parse(moment);
  return Number.isNaN(time) ? undefined : time;
}

/** A time as the API takes it. */
export function momentAt(time: number): string {
  return new Date(time).toISOString();
}

/** A time as the browser's own field for times takes it, in the zone of the one who looks. */
export function localOf(time: number): string {
  const shifted = new Date(time - new Date(time).getTimezoneOffset() * 60_000);
  return shifted.toISOString().slice(0, 19);
}

/** What such a field gives; absent if it is incomplete. */
export function timeOfLocal(text: string): number | undefined {
  const time = new Date(text).getTime();
  return Number.isNaN(time) ? undefined : time;
}

/** How finely a stretch of time is cut for a slider: so that it has about a thousand steps. */
export function stepOf(from: number, to: number): number {
  const steps = [1_000, 5_000, 15_000, 60_000, 300_000, 900_000, 3_600_000, 21_600_000];
  return steps.find((step) => (to - from) / step <= 1_000) ?? 86_400_000;
}
