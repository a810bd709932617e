import { createRoute, lazyRouteComponent } from '@tanstack/react-router';

import { signedInRoute } from '../../app/routes.ts';

/** Work done by hand, and moments with names. */
export const operationsRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/operations/$target',
  component: lazyRouteComponent(() => import('./OperationsPage.tsx'), 'OperationsPage'),
});
