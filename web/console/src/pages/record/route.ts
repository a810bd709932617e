import { createRoute, lazyRouteComponent } from '@tanstack/react-router';

import { numberIn, textIn, type Search } from '../../app/address.ts';
import { signedInRoute } from '../../app/routes.ts';

/** Which record. */
export interface RecordSearch {
  table?: string;
  /** Its key as the API reads it: `42`, `id=42`, `a=1,b=x`. */
  key?: string;
  /** After so many of its transactions; as it is without it. */
  step?: number;
}

export const recordRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/record/$target',
  validateSearch: (search: Search): RecordSearch => {
    const table = textIn(search, 'table');
    const key = textIn(search, 'key');
    const step = numberIn(search, 'step');
    return {
      ...(table !== undefined && { table }),
      ...(key !== undefined && { key }),
      ...(step !== undefined && { step }),
    };
  },
  component: lazyRouteComponent(() => import('./RecordPage.tsx'), 'RecordPage'),
});
