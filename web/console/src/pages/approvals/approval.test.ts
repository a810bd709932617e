import { describe, expect, it } from 'vitest';

import { partOf, rowsOf, type Approval } from './approval.ts';

const approval: Approval = {
  id: 1,
  status: 'requested',
  plan: 'p',
  hash: 'h',
  rows: [{ table: 'public.prize', inserted: 2, updated: 1, deleted: 0 }],
  effects: null,
  planned_by: 'olga',
  requested_by: 'olga',
  requested_at: '2026-03-01T12:00:00Z',
  reason: 'a mistake',
  rules: [],
  approvers: 1,
  approved: 0,
  second_factor: true,
  decisions: [],
  expires_at: '2026-03-02T12:00:00Z',
  approved_at: null,
  settled_at: null,
  tx: null,
};

describe('the part of somebody in an approval', () => {
  it('is to decide, for approvers who have neither planned nor asked nor decided', () => {
    expect(partOf(approval, 'paul', ['approver'])).toBe('decide');
    expect(partOf(approval, 'olga', ['operator', 'approver'])).toBe('own');
    expect(partOf({ ...approval, planned_by: 'paul' }, 'paul', ['approver'])).toBe('own');
    const decisions = [
      {
        by: 'paul',
        decision: 'approved',
        comment: null,
        second_factor: 'totp',
        at: '',
        counts: true,
      },
    ];
    expect(partOf({ ...approval, decisions }, 'paul', ['approver'])).toBe('decided');
  });

  it('is to watch, for all others', () => {
    expect(partOf(approval, 'ada', ['administrator'])).toBe('watch');
  });

  it('is over when it has ended', () => {
    expect(partOf({ ...approval, status: 'expired' }, 'paul', ['approver'])).toBe('over');
  });

  it('is about as many rows as its plan', () => {
    expect(rowsOf(approval.rows)).toBe(3);
  });
});
