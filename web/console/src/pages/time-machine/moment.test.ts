import { describe, expect, it } from 'vitest';

import {
  kindOfMoment,
  localOf,
  momentAt,
  stepOf,
  timeOf,
  timeOfLocal,
  transactionOf,
} from './moment.ts';

const now = Date.parse('2026-03-01T12:00:00Z');

describe('a moment', () => {
  it('is of the kind that it is written as', () => {
    expect(
      ['now', '2h', 'mark:before', 'before:tx:7', '2026-03-01T09:30:00Z'].map(kindOfMoment),
    ).toEqual(['now', 'time', 'mark', 'transaction', 'time']);
  });

  it('has a time if it says one', () => {
    expect(timeOf('2h', now)).toBe(Date.parse('2026-03-01T10:00:00Z'));
    expect(timeOf('-15m', now)).toBe(Date.parse('2026-03-01T11:45:00Z'));
    expect(timeOf('now', now)).toBe(now);
    expect(timeOf('mark:x', now)).toBeUndefined();
    expect(timeOf('tomorrow', now)).toBeUndefined();
  });

  it('names a transaction and a side of it', () => {
    expect(transactionOf('before:tx:4711')).toEqual({ side: 'before', tx: '4711' });
    expect(transactionOf('after:tx:1')).toEqual({ side: 'after', tx: '1' });
    expect(transactionOf('before:tx:x')).toBeUndefined();
  });

  it('comes back from the field for times', () => {
    expect(momentAt(timeOfLocal(localOf(now)) ?? 0)).toBe('2026-03-01T12:00:00.000Z');
    expect(timeOfLocal('')).toBeUndefined();
  });

  it('is found with a slider of not too many steps', () => {
    expect(stepOf(now - 60_000, now)).toBe(1_000);
    expect((30 * 86_400_000) / stepOf(now - 30 * 86_400_000, now)).toBeLessThanOrEqual(1_000);
  });
});
