import { isProblem } from '@pgrecall/api-client';
import { queryOptions } from '@tanstack/react-query';

import { api } from '../../app/api.ts';

/** How one can sign in here. */
export interface Ways {
  password: boolean;
  /** What the button of the single sign-on says, if there is one. */
  openid: string | null;
}

const onlyPassword: Ways = { password: true, openid: null };

/** How one can sign in here; a server that does not tell knows passwords only. */
export const waysQuery = queryOptions({
  queryKey: ['sign-in'],
  staleTime: Infinity,
  queryFn: async (): Promise<Ways> => {
    try {
      const response = await api.send(new Request(new URL('/v1/sign-in', location.origin)));
      return waysOf(await response.json());
    } catch (error) {
      if (isProblem(error) && (error.status === 404 || error.status === 401)) return onlyPassword;
      throw error;
    }
  },
});

function waysOf(answer: unknown): Ways {
  if (typeof answer !== 'object' || answer === null) return onlyPassword;
  const { password, openid } = answer as { password?: unknown; openid?: unknown };
  const label =
    typeof openid === 'object' && openid !== null ? (openid as { label?: unknown }).label : openid;
  return {
    password: password !== false,
    openid: typeof label === 'string' && label !== '' ? label : null,
  };
}
