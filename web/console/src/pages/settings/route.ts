import { createRoute, lazyRouteComponent, redirect } from '@tanstack/react-router';

import { textIn, type Search } from '../../app/address.ts';
import { signedInRoute } from '../../app/routes.ts';

/** The parts of the settings. */
export const sections = ['account', 'tokens', 'notifications', 'users', 'channels', 'log'] as const;

export type SectionName = (typeof sections)[number];

/** Settings, and the log of pgRecall itself. */
export const settingsRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/settings/$section',
  validateSearch: (search: Search): { actor?: string; action?: string } => {
    const [actor, action] = [textIn(search, 'actor'), textIn(search, 'action')];
    return { ...(actor !== undefined && { actor }), ...(action !== undefined && { action }) };
  },
  component: lazyRouteComponent(() => import('./SettingsPage.tsx'), 'SettingsPage'),
});

/** Settings of nothing in particular. */
export const settingsStartRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/settings',
  beforeLoad: () => {
    // eslint-disable-next-line @typescript-eslint/only-throw-error -- how the router is redirected
    throw redirect({ to: '/settings/$section', params: { section: 'account' }, replace: true });
  },
});
