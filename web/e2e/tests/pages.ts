// Every page of the console, and who looks at it.

import type { Name } from '../stage/people.js';

export interface PageOfConsole {
  name: string;
  who: Name | undefined;
  path: string;
}

export const PAGES: readonly PageOfConsole[] = [
  { name: 'sign-in', who: undefined, path: '/sign-in' },
  { name: 'timeline', who: 'olga', path: '/timeline/events' },
  { name: 'timeline-transaction', who: 'olga', path: '/timeline/events?q=actor:support-7' },
  { name: 'timeline-empty', who: 'olga', path: '/timeline/desk?q=actor:nobody' },
  { name: 'timeline-viewer', who: 'vera', path: '/timeline/events' },
  { name: 'record', who: 'olga', path: '/record/desk?table=public.invoice&key=id%3D4' },
  { name: 'activity', who: 'olga', path: '/activity/events' },
  { name: 'tables', who: 'olga', path: '/tables/events' },
  { name: 'time-machine', who: 'olga', path: '/time-machine/events' },
  { name: 'time-machine-table', who: 'olga', path: '/time-machine/events?table=public.prize' },
  { name: 'time-machine-wide', who: 'olga', path: '/time-machine/desk?table=public.wide' },
  {
    name: 'time-machine-query',
    who: 'olga',
    path: '/time-machine/desk?view=query&sql=SELECT * FROM customer ORDER BY id LIMIT 50',
  },
  {
    name: 'time-machine-mistake',
    who: 'olga',
    path: '/time-machine/desk?view=query&sql=SELECT nothing FROM nowhere',
  },
  {
    name: 'time-machine-compare',
    who: 'olga',
    path: '/time-machine/events?view=compare&at=mark:before the clean-up',
  },
  { name: 'time-machine-forbidden', who: 'vera', path: '/time-machine/events?view=compare' },
  { name: 'undo', who: 'olga', path: '/undo/desk' },
  { name: 'undo-linked', who: 'olga', path: '/undo/desk?session=import-1' },
  { name: 'operations', who: 'olga', path: '/operations/events' },
  { name: 'approvals', who: 'paul', path: '/approvals' },
  { name: 'approvals-all', who: 'paul', path: '/approvals?list=all' },
  { name: 'approvals-reviews', who: 'paul', path: '/approvals?list=reviews' },
  { name: 'settings-account', who: 'olga', path: '/settings/account' },
  { name: 'settings-tokens', who: 'ada', path: '/settings/tokens' },
  { name: 'settings-notifications', who: 'olga', path: '/settings/notifications' },
  { name: 'settings-users', who: 'ada', path: '/settings/users' },
  { name: 'settings-channels', who: 'ada', path: '/settings/channels' },
  { name: 'settings-log', who: 'audrey', path: '/settings/log' },
  { name: 'missing', who: 'olga', path: '/no/such/page' },
];
