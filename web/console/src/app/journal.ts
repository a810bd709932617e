import { queryOptions } from '@tanstack/react-query';

import { api } from './api.ts';

const of = (target: string) => ({ params: { path: { target } } });

/** How the journal of a target stands, in numbers. */
export const standingQuery = (target: string) =>
  queryOptions({
    queryKey: ['standing', target],
    queryFn: ({ signal }) => api.get('/v1/targets/{target}', { ...of(target), signal }),
  });

/** The tables that are or were recorded. */
export const tablesQuery = (target: string) =>
  queryOptions({
    queryKey: ['tables', target],
    queryFn: ({ signal }) => api.get('/v1/targets/{target}/tables', { ...of(target), signal }),
    staleTime: 60_000,
  });

/** The tables that are not recorded. */
export const uncoveredQuery = (target: string) =>
  queryOptions({
    queryKey: ['uncovered', target],
    queryFn: ({ signal }) => api.get('/v1/targets/{target}/uncovered', { ...of(target), signal }),
  });

/** Moments with names. */
export const marksQuery = (target: string) =>
  queryOptions({
    queryKey: ['marks', target],
    queryFn: ({ signal }) => api.get('/v1/targets/{target}/marks', { ...of(target), signal }),
  });
