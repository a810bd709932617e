import { isProblem, type ProblemError } from '@pgrecall/api-client';
import { QueryCache, QueryClient } from '@tanstack/react-query';

declare module '@tanstack/react-query' {
  interface Register {
    defaultError: ProblemError | Error;
  }
}

/** What is known of who is signed in; see `session.ts`. */
export const sessionKey = ['me'] as const;

/** Whether the server says that nobody is signed in (any more). */
export function isSignedOut(error: unknown): boolean {
  return isProblem(error) && error.status === 401;
}

/** Only what may pass by itself is tried again: no answer, or one that blames the server. */
function retry(failures: number, error: unknown): boolean {
  const mayPass = !isProblem(error) || error.status === 0 || error.status >= 500;
  return mayPass && failures < 2;
}

/** All that was fetched from the server. */
export const queryClient = new QueryClient({
  queryCache: new QueryCache({
    onError: (error) => {
      // The session ended somewhere else. The shell waits for this and leads to sign-in.
      if (isSignedOut(error)) queryClient.setQueryData(sessionKey, null);
    },
  }),
  defaultOptions: { queries: { retry, staleTime: 15_000 }, mutations: { retry: false } },
});
