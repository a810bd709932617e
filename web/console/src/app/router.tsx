import { createRouter } from '@tanstack/react-router';

import { PageFailure } from '../shell/PageFailure.tsx';
import { PageLoading } from '../shell/PageLoading.tsx';
import { setupRoute } from '../pages/setup/route.ts';
import { signInRoute } from '../pages/sign-in/route.ts';
import { tablesRoute } from '../pages/tables/route.ts';
import { parseSearch, stringifySearch } from './address.ts';
import { rootRoute, signedInRoute, startRoute, withoutTargetRoute } from './routes.ts';

const routeTree = rootRoute.addChildren([
  signInRoute,
  setupRoute,
  signedInRoute.addChildren([startRoute, withoutTargetRoute, tablesRoute]),
]);

/** All addresses of the console. */
export const router = createRouter({
  routeTree,
  parseSearch,
  stringifySearch,
  defaultPreload: 'intent',
  defaultErrorComponent: PageFailure,
  defaultPendingComponent: PageLoading,
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
