import { localeOf, useLanguage } from './language.ts';

/** The time zone of the one who looks. */
export const timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** Steps of time from large to small, in milliseconds. */
const steps: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_557_600_000],
  ['month', 2_629_800_000],
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
];

const byteUnits = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;

function makeFormats(locale: string) {
  const integer = new Intl.NumberFormat(locale);
  const compact = new Intl.NumberFormat(locale, { notation: 'compact', maximumFractionDigits: 1 });
  const percent = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 });
  const day = new Intl.DateTimeFormat(locale, { dateStyle: 'full' });
  // Times stand under each other, as wide as digits: no AM or PM.
  const time = new Intl.DateTimeFormat(locale, { timeStyle: 'medium', hourCycle: 'h23' });
  const full = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'medium' });
  const short = new Intl.DateTimeFormat(locale, {
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto', style: 'short' });
  return {
    number: (value: number) => integer.format(value),
    /** `12K`: where space is scarce and the exact figure is near. */
    compact: (value: number) => compact.format(value),
    percent: (share: number) => percent.format(share),
    day: (at: Date) => day.format(at),
    time: (at: Date) => time.format(at),
    dateTime: (at: Date) => full.format(at),
    shortDateTime: (at: Date) => short.format(at),
    /** `5 min. ago` */
    ago: (at: Date, now = Date.now()) => {
      const passed = at.getTime() - now;
      const [unit, length] = steps.find(([, step]) => Math.abs(passed) >= step) ?? ['second', 1000];
      return relative.format(Math.round(passed / length), unit);
    },
    bytes: (bytes: number) => {
      const power = Math.min(Math.floor(Math.log(Math.max(bytes, 1)) / Math.log(1024)), 4);
      const unit = byteUnits[power] ?? 'terabyte';
      const style = { style: 'unit', unit, maximumFractionDigits: power > 1 ? 1 : 0 } as const;
      return new Intl.NumberFormat(locale, style).format(bytes / 1024 ** power);
    },
  };
}

/** How the region of the one who looks writes numbers and times. */
export type Formats = ReturnType<typeof makeFormats>;

const made = new Map<string, Formats>();

/** Those of a region. They are made once: that takes longer than to draw the row that needs them. */
export function formatsOf(locale: string): Formats {
  const known = made.get(locale);
  if (known !== undefined) return known;
  const formats = makeFormats(locale);
  made.set(locale, formats);
  return formats;
}

/** Numbers, times and sizes as the region of the one who looks writes them. */
export function useFormats(): Formats {
  const { language } = useLanguage();
  return formatsOf(localeOf(language));
}
