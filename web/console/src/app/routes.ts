import { createRootRouteWithContext, createRoute, redirect } from '@tanstack/react-router';

import { Shell } from '../shell/Shell.tsx';
import { PageFailure } from '../shell/PageFailure.tsx';
import { PageMissing } from '../shell/PageMissing.tsx';
import { queryClient } from './queries.ts';
import { meQuery } from './session.ts';
import { rememberTarget, targetsQuery, usualTarget } from './targets.ts';

/** What every page hangs under. */
export const rootRoute = createRootRouteWithContext()({});

/** Pages within the shell, for those who are signed in; others are asked to sign in and come back. */
export const signedInRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'signed-in',
  beforeLoad: async ({ location, params }) => {
    const me = await queryClient.query({ ...meQuery, staleTime: 'static' });
    if (me === null) {
      const next = location.href === '/' ? {} : { next: location.href };
      redirect({ to: '/sign-in', search: next, throw: true });
    }
    await queryClient.query({ ...targetsQuery, staleTime: 'static' });
    if ('target' in params && typeof params.target === 'string') rememberTarget(params.target);
  },
  component: Shell,
  errorComponent: PageFailure,
});

/** Where somebody comes who asks for nothing in particular. */
export const startRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/',
  beforeLoad: () => {
    redirect({ to: '/$page', params: { page: 'timeline' }, throw: true });
  },
});

/** An address that leaves the target out: `/timeline?q=…` is led to `/timeline/shop?q=…`. */
export const withoutTargetRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/$page',
  beforeLoad: async ({ params: { page }, location }) => {
    if (!pagesOfTargets.includes(page)) return;
    const target = usualTarget(await queryClient.query({ ...targetsQuery, staleTime: 'static' }));
    if (target === undefined) return;
    redirect({ href: `/${page}/${target.name}${location.searchStr}`, replace: true, throw: true });
  },
  component: PageMissing,
});

/** Every other address, so that the navigation stands beside what is said of it. */
export const unknownRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '$',
  component: PageMissing,
});

/** The pages that show one target, by the beginning of their address. */
export const pagesOfTargets: readonly string[] = [
  'timeline',
  'record',
  'activity',
  'tables',
  'time-machine',
  'undo',
  'operations',
];
