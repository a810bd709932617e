import { useMemo } from 'react';
import { de } from '../messages/de.ts';
import { en } from '../messages/en.ts';
import type { Messages } from '../messages/messages.ts';
import { usePgRecall } from '../provider.tsx';

/** The texts of the components, and how times and numbers are written. */
export interface Wording {
  messages: Messages;
  /** `14:03:09` */
  time: (at: string) => string;
  /** `21 Nov 2026, 14:03:09` */
  dateTime: (at: string) => string;
  /** The same with milliseconds and the time zone, for whoever looks closely. */
  exactTime: (at: string) => string;
  /** `Today`, `Friday, 20 November 2026` */
  day: (at: string) => string;
  /** `Mon`, counted from Monday. */
  weekday: (index: number) => string;
  /** `14:00` */
  hour: (hour: number) => string;
  number: (count: number) => string;
  /** `1.2 MB` */
  size: (bytes: number) => string;
}

/** The wording that the provider around asks for. */
export function useWording(): Wording {
  const { locale, timeZone, messages } = usePgRecall();
  return useMemo(() => wordingOf(locale, timeZone, messages), [locale, timeZone, messages]);
}

function wordingOf(
  given: string | undefined,
  timeZone: string | undefined,
  overrides: Partial<Messages> | undefined,
): Wording {
  const locale = given ?? (typeof navigator === 'undefined' ? 'en' : navigator.language);
  const messages = { ...(locale.startsWith('de') ? de : en), ...overrides };
  const clock = {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  } as const;
  const written = (options: Intl.DateTimeFormatOptions) => {
    const format = new Intl.DateTimeFormat(locale, { timeZone, ...options });
    return (at: string) => format.format(new Date(at));
  };
  const number = new Intl.NumberFormat(locale);
  return {
    messages,
    time: written(clock),
    dateTime: written({ day: 'numeric', month: 'short', year: 'numeric', ...clock }),
    exactTime: written({
      ...{ day: 'numeric', month: 'long', year: 'numeric', ...clock },
      fractionalSecondDigits: 3,
      timeZoneName: 'short',
    }),
    day: dayWriter(messages, written),
    // 1 January 2024 was a Monday.
    weekday: (index) =>
      new Intl.DateTimeFormat(locale, { timeZone: 'UTC', weekday: 'short' }).format(
        Date.UTC(2024, 0, 1 + index),
      ),
    hour: (hour) => `${String(hour).padStart(2, '0')}:00`,
    number: (count) => number.format(count),
    size: sizeWriter(locale),
  };
}

function dayWriter(
  messages: Messages,
  written: (options: Intl.DateTimeFormatOptions) => (at: string) => string,
) {
  const long = written({ weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' });
  return (at: string) => {
    const day = long(at);
    const now = Date.now();
    if (day === long(new Date(now).toISOString())) return messages.today;
    if (day === long(new Date(now - 86_400_000).toISOString())) return messages.yesterday;
    return day;
  };
}

function sizeWriter(locale: string) {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const;
  return (bytes: number) => {
    const power = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), units.length - 1);
    return new Intl.NumberFormat(locale, {
      style: 'unit',
      unit: units[power],
      maximumFractionDigits: power === 0 ? 0 : 1,
    }).format(bytes / 1000 ** power);
  };
}
