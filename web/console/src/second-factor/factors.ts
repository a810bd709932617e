import { queryOptions } from '@tanstack/react-query';

import { api, type Wire } from '../app/api.ts';
import { KeyError, signWithKey } from './browserKeys.ts';

/** What the server takes as a second factor. */
export type Shown = Wire<'SecondFactor'>;

/** Shows a second factor, which may take a while: somebody looks for a key. */
export type Show = () => Promise<Shown>;

/** What there is of one's own second factor. */
export const factorsQuery = queryOptions({
  queryKey: ['second-factor', 'mine'],
  queryFn: ({ signal }) => api.get('/v1/me/second-factor', { signal }),
});

/** Has a key sign a challenge of this session. */
export async function showKey(): Promise<Shown> {
  return keyOf(await api.post('/v1/me/second-factor/challenge'));
}

/** The same before the session has begun. */
export async function showKeyAtTheDoor(): Promise<Shown> {
  return keyOf(await api.post('/v1/session/second-factor/challenge'));
}

async function keyOf({ key }: Wire<'Challenge'>): Promise<Shown> {
  if (!key) throw new KeyError('elsewhere');
  return { key: await signWithKey(key) };
}

/** Shows a code that was typed. */
export function showCode(code: string): Show {
  return () => Promise.resolve({ code: code.trim() });
}
