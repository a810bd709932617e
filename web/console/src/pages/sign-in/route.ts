import { createRoute, lazyRouteComponent } from '@tanstack/react-router';

import { flagIn, textIn, type Search } from '../../app/address.ts';
import { rootRoute } from '../../app/routes.ts';

/** Where to go afterwards, and whether a session ended before. */
export interface SignInSearch {
  next?: string;
  over?: true;
}

/** A path of this console, and nothing that leads elsewhere. */
function ownPath(path: string | undefined): path is string {
  return path !== undefined && /^\/(?![/\\])/.test(path);
}

export const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sign-in',
  validateSearch: (search: Search): SignInSearch => {
    const next = textIn(search, 'next');
    const over = flagIn(search, 'over');
    return { ...(ownPath(next) && { next }), ...(over && { over }) };
  },
  component: lazyRouteComponent(() => import('./SignInPage.tsx'), 'SignInPage'),
});
