import { createRoute, lazyRouteComponent } from '@tanstack/react-router';

import { signedInRoute } from '../../app/routes.ts';

/** Which approvals are listed. */
export type List = 'decide' | 'mine' | 'all' | 'reviews';

export const lists: readonly List[] = ['decide', 'mine', 'all', 'reviews'];

/** What others are to approve, in all targets. */
export const approvalsRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/approvals',
  validateSearch: (search): { list?: List } => {
    const list = lists.find((known) => known === search.list);
    return list === undefined ? {} : { list };
  },
  component: lazyRouteComponent(() => import('./ApprovalsPage.tsx'), 'ApprovalsPage'),
});

/** One of them. */
export const approvalRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/approvals/$target/$id',
  component: lazyRouteComponent(() => import('./ApprovalPage.tsx'), 'ApprovalPage'),
});
