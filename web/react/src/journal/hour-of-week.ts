/** How much was done in an hour. */
export interface HourCount {
  hour: string;
  changes: number;
}

/** Seven days from Monday on, of 24 hours each. */
export type WeekOfHours = readonly (readonly number[])[];

/** Hours of the calendar added up by the hour of the week, as the clocks of a time zone show it. */
export function hoursOfWeek(
  counts: readonly HourCount[],
  timeZone: string | undefined,
): WeekOfHours {
  const week = Array.from({ length: 7 }, () => new Array<number>(24).fill(0));
  const clock = new Intl.DateTimeFormat('en-US', {
    timeZone,
    weekday: 'short',
    hour: 'numeric',
    hourCycle: 'h23',
  });
  for (const { hour, changes } of counts) {
    const parts = clock.formatToParts(new Date(hour));
    const day = week[weekdays.indexOf(part(parts, 'weekday'))];
    const at = Number(part(parts, 'hour'));
    if (day?.[at] !== undefined) day[at] += changes;
  }
  return week;
}

const weekdays = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

function part(parts: Intl.DateTimeFormatPart[], type: 'weekday' | 'hour'): string {
  return parts.find((one) => one.type === type)?.value ?? '';
}
