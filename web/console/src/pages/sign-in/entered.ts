import { useRouter } from '@tanstack/react-router';

import { signInRoute } from './route.ts';

/** Goes on to where somebody wanted to go, once they are in. */
export function useEntered(): () => void {
  const { next } = signInRoute.useSearch();
  const router = useRouter();
  return () => router.history.push(next ?? '/');
}
