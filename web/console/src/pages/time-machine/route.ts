import { createRoute, lazyRouteComponent } from '@tanstack/react-router';

import { listIn, textIn, type Search } from '../../app/address.ts';
import { signedInRoute } from '../../app/routes.ts';

/** What of the past is shown. */
export type View = 'tables' | 'query' | 'compare';

const views: readonly View[] = ['tables', 'query', 'compare'];

export interface TimeMachineSearch {
  /** The moment: `now`, a time, `2h`, `mark:NAME`, `before:tx:4711`. */
  at?: string;
  view?: View;
  /** The table that is read. */
  table?: string;
  page?: number;
  sql?: string;
  /** The moment that is compared with. */
  to?: string;
  /** The tables that are compared; all without it. */
  only?: string[];
}

function searchIn(search: Search): TimeMachineSearch {
  const found: TimeMachineSearch = {};
  for (const name of ['at', 'table', 'sql', 'to'] as const) {
    const text = textIn(search, name);
    if (text !== undefined) found[name] = text;
  }
  const view = views.find((known) => known === search.view);
  if (view !== undefined) found.view = view;
  const page = Number(search.page);
  if (Number.isSafeInteger(page) && page > 0) found.page = page;
  const only = listIn(search, 'only');
  if (only.length > 0) found.only = only;
  return found;
}

/** Tables and queries as of a moment, and what differs between two. */
export const timeMachineRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/time-machine/$target',
  validateSearch: searchIn,
  component: lazyRouteComponent(() => import('./TimeMachinePage.tsx'), 'TimeMachinePage'),
});

/** The same address without one of its parts. */
export function without(search: TimeMachineSearch, name: keyof TimeMachineSearch) {
  const rest = { ...search };
  Reflect.deleteProperty(rest, name);
  return rest;
}
