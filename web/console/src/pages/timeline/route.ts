import { createRoute, lazyRouteComponent } from '@tanstack/react-router';

import { numberIn, textIn, type Search } from '../../app/address.ts';
import { signedInRoute } from '../../app/routes.ts';

/** What the timeline shows. */
export interface TimelineSearch {
  /** Which changes, in the query language. */
  q?: string;
  /** The transaction that is looked at closely. */
  tx?: number;
  /** The change of it. */
  change?: number;
}

export const timelineRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/timeline/$target',
  validateSearch: (search: Search): TimelineSearch => {
    const q = textIn(search, 'q');
    const tx = numberIn(search, 'tx');
    const change = numberIn(search, 'change');
    return {
      ...(q !== undefined && { q }),
      ...(tx !== undefined && { tx }),
      ...(change !== undefined && { change }),
    };
  },
  component: lazyRouteComponent(() => import('./TimelinePage.tsx'), 'TimelinePage'),
});
