import { createRoute, lazyRouteComponent } from '@tanstack/react-router';

import { signedInRoute } from '../../app/routes.ts';

export const tablesRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/tables/$target',
  component: lazyRouteComponent(() => import('./TablesPage.tsx'), 'TablesPage'),
});
