import { createRoute, lazyRouteComponent } from '@tanstack/react-router';

import { textIn, type Search } from '../../app/address.ts';
import { rootRoute } from '../../app/routes.ts';

export const setupRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/setup',
  validateSearch: (search: Search): { invitation?: string } => {
    const invitation = textIn(search, 'invitation');
    return invitation === undefined ? {} : { invitation };
  },
  component: lazyRouteComponent(() => import('./SetupPage.tsx'), 'SetupPage'),
});
