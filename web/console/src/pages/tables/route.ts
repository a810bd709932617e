import { createRoute, lazyRouteComponent } from '@tanstack/react-router';

import { textIn, type Search } from '../../app/address.ts';
import { signedInRoute } from '../../app/routes.ts';

export const tablesRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/tables/$target',
  /** The table that is looked at closely. */
  validateSearch: (search: Search): { table?: string } => {
    const table = textIn(search, 'table');
    return table === undefined ? {} : { table };
  },
  component: lazyRouteComponent(() => import('./TablesPage.tsx'), 'TablesPage'),
});
