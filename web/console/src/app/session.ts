import { isProblem } from '@pgrecall/api-client';
import { queryOptions, useSuspenseQuery } from '@tanstack/react-query';

import { api, keepCsrfToken, type Wire } from './api.ts';
import { isSignedOut, queryClient, sessionKey } from './queries.ts';

/** Who is signed in. */
export type Me = Wire<'Me'>;

/** Who is signed in; `null` is nobody. */
export const meQuery = queryOptions({
  queryKey: sessionKey,
  staleTime: Infinity,
  queryFn: async (): Promise<Me | null> => {
    try {
      const me = await api.get('/v1/me');
      keepCsrfToken(me.csrf_token ?? undefined);
      return me;
    } catch (error) {
      if (isSignedOut(error)) return null;
      throw error;
    }
  },
});

/** Who is signed in, on pages that only they see. */
export function useMe(): Me {
  const { data } = useSuspenseQuery(meQuery);
  // For the moment between the end of a session and the page that asks to sign in.
  return data ?? { user: '', roles: [], via: 'session', second_factor: false };
}

/** Begins a session. */
export async function signIn(shown: Wire<'SignIn'>): Promise<void> {
  const { csrf_token } = await api.post('/v1/session', { body: shown });
  queryClient.clear();
  keepCsrfToken(csrf_token);
}

/** Goes on with a session that waits for the second factor. */
export async function finishSignIn(shown: Wire<'SecondFactor'>): Promise<void> {
  const { csrf_token } = await api.post('/v1/session/second-factor', { body: shown });
  queryClient.clear();
  keepCsrfToken(csrf_token);
}

/** Whether a session waits for the second factor: after the password, or a provider of identities. */
export async function awaitsFactor(): Promise<boolean> {
  try {
    await api.get('/v1/me');
    return false;
  } catch (error) {
    if (isFactorAsked(error)) return true;
    if (isSignedOut(error)) return false;
    throw error;
  }
}

/** Whether the server asks for the second factor. */
export function isFactorAsked(error: unknown): boolean {
  return isProblem(error) && error.code === 'access/code-needed';
}

/** Ends the session, and forgets what was seen in it. */
export async function signOut(): Promise<void> {
  await api.delete('/v1/session');
  keepCsrfToken(undefined);
  queryClient.clear();
}
