import { describe, expect, it } from 'vitest';

import { decide, decided, policiesFor } from './policies.ts';

describe('decisions about conflicts', () => {
  it('hold for one kind, and are made anew', () => {
    const first = decide([], 'changed later', 'skip');
    expect(first).toEqual(['changed-later=skip']);
    const second = decide([...first, 'dependants=cascade'], 'changed later', 'merge');
    expect(second).toEqual(['dependants=cascade', 'changed-later=merge']);
    expect(decided(second, 'changed later')).toBe('merge');
    expect(decide(second, 'dependants', 'abort')).toEqual(['changed-later=merge']);
  });

  it('may hold for all kinds', () => {
    expect(decided(['skip'], 'gap')).toBe('skip');
    expect(decided([], 'gap')).toBe('abort');
  });

  it('settle nothing that only another plan settles', () => {
    expect(policiesFor('constraint')).toEqual([]);
    expect(policiesFor('dependants')).toEqual(['skip', 'cascade']);
  });
});
