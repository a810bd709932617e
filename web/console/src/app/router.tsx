import { createRouter } from '@tanstack/react-router';

import { PageFailure } from '../shell/PageFailure.tsx';
import { PageLoading } from '../shell/PageLoading.tsx';
import { activityRoute } from '../pages/activity/route.ts';
import { approvalRoute, approvalsRoute } from '../pages/approvals/route.ts';
import { operationsRoute } from '../pages/operations/route.ts';
import { recordRoute } from '../pages/record/route.ts';
import { settingsRoute, settingsStartRoute } from '../pages/settings/route.ts';
import { setupRoute } from '../pages/setup/route.ts';
import { signInRoute } from '../pages/sign-in/route.ts';
import { tablesRoute } from '../pages/tables/route.ts';
import { timelineRoute } from '../pages/timeline/route.ts';
import { timeMachineRoute } from '../pages/time-machine/route.ts';
import { planRoute, undoRoute } from '../pages/undo/route.ts';
import { parseSearch, stringifySearch } from './address.ts';
import {
  rootRoute,
  signedInRoute,
  startRoute,
  unknownRoute,
  withoutTargetRoute,
} from './routes.ts';

const routeTree = rootRoute.addChildren([
  signInRoute,
  setupRoute,
  signedInRoute.addChildren([
    startRoute,
    withoutTargetRoute,
    timelineRoute,
    recordRoute,
    activityRoute,
    tablesRoute,
    timeMachineRoute,
    undoRoute,
    planRoute,
    operationsRoute,
    approvalsRoute,
    approvalRoute,
    settingsStartRoute,
    settingsRoute,
    unknownRoute,
  ]),
]);

/** All addresses of the console. */
export const router = createRouter({
  routeTree,
  parseSearch,
  stringifySearch,
  defaultPreload: 'intent',
  defaultErrorComponent: PageFailure,
  defaultPendingComponent: PageLoading,
  scrollRestoration: true,
  // Pages scroll in a part of their own, which a new page begins at its top.
  scrollToTopSelectors: ['.rec-page-body-scroll'],
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
