import { createRoute, lazyRouteComponent } from '@tanstack/react-router';

import { signedInRoute } from '../../app/routes.ts';
import { wishIn } from './wish.ts';

/** Where changes are selected that are to be taken back. */
export const undoRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/undo/$target',
  validateSearch: wishIn,
  component: lazyRouteComponent(() => import('./UndoPage.tsx'), 'UndoPage'),
});

/** A plan: what would be done, and how far it has come. The selection comes along where it is known. */
export const planRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/undo/$target/$plan',
  validateSearch: wishIn,
  component: lazyRouteComponent(() => import('./PlanPage.tsx'), 'PlanPage'),
});
