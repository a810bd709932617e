import { createRoute, lazyRouteComponent } from '@tanstack/react-router';

import { textIn, type Search } from '../../app/address.ts';
import { signedInRoute } from '../../app/routes.ts';

/** How far back activity can be looked at. */
export const stretches = ['24h', '7d', '30d', '90d', 'all'] as const;

export type Stretch = (typeof stretches)[number];

export interface ActivitySearch {
  /** How far back; a week without it. */
  stretch?: Stretch;
  /** Only what this actor did. */
  actor?: string;
}

export const activityRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/activity/$target',
  validateSearch: (search: Search): ActivitySearch => {
    const stretch = stretches.find((one) => one === search.stretch);
    const actor = textIn(search, 'actor');
    return { ...(stretch && { stretch }), ...(actor !== undefined && { actor }) };
  },
  component: lazyRouteComponent(() => import('./ActivityPage.tsx'), 'ActivityPage'),
});
