import { infiniteQueryOptions, useInfiniteQuery, type QueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';

import { api } from '../../app/api.ts';
import { readQuery, withTerm, writeQuery } from './query.ts';
import { merged, type Change } from './stream.ts';

const pageSize = 100;

/** Where a page begins: at the cursor that the page before gave, or before a whole transaction. */
type Begin = { cursor: string } | { before: number } | undefined;

interface ChangePage {
  changes: Change[];
  next?: string | null;
}

async function fetchPage(where: { target: string; q: string }, begin: Begin, signal: AbortSignal) {
  const isBefore = begin !== undefined && 'before' in begin;
  const { terms } = readQuery(where.q);
  const q = isBefore
    ? writeQuery(withTerm(terms, { name: 'until', value: `before:tx:${begin.before}` }))
    : where.q;
  const cursor = begin !== undefined && 'cursor' in begin ? { cursor: begin.cursor } : {};
  return api.get('/v1/targets/{target}/changes', {
    params: {
      path: { target: where.target },
      query: { ...(q !== '' && { q }), ...cursor, limit: pageSize },
    },
    signal,
  });
}

/** The changes that fit a query, newest first, in pages. */
export const changesQuery = (target: string, q: string) =>
  infiniteQueryOptions({
    queryKey: ['changes', target, q],
    queryFn: ({ pageParam, signal }) => fetchPage({ target, q }, pageParam, signal),
    initialPageParam: undefined as Begin,
    getNextPageParam: (page: ChangePage): Begin =>
      page.next === null || page.next === undefined ? undefined : { cursor: page.next },
    // The live events keep it up to date; all pages fetched anew would be a burden.
    staleTime: Infinity,
    refetchOnWindowFocus: false,
  });

/** Asks for the changes that fit a query; who looks for them then finds them on their way. */
export function askAhead(client: QueryClient, target: string, q: string) {
  // Whether it fails is told where they are shown.
  client.infiniteQuery(changesQuery(target, q)).catch(() => undefined);
}

/** The pages as one list. */
export function useChanges(target: string, q: string) {
  const query = useInfiniteQuery(changesQuery(target, q));
  const { data } = query;
  const fetched = useMemo(() => {
    const pages = data?.pages ?? [];
    return pages.reduce<readonly Change[]>((list, page) => merged(list, page.changes), []);
  }, [data]);
  return { ...query, fetched };
}

/**
 * What was committed between the pages and the live connection. If the list and what is newest now
 * do not meet, the list begins anew.
 */
export async function catchUp(client: QueryClient, where: { target: string; q: string }) {
  const { queryKey } = changesQuery(where.target, where.q);
  const { signal } = new AbortController();
  const newest = await fetchPage(where, undefined, signal);
  const pages = client.getQueryData(queryKey)?.pages ?? [];
  const known = new Map(pages.flatMap((page) => page.changes.map((change) => [change.id, change])));
  if (newest.changes.some(({ id }) => known.has(id)) || !newest.next) {
    // What is there as it is needs not be drawn again.
    return newest.changes.filter(
      ({ id, undone_by }) => known.get(id)?.undone_by.length !== undone_by.length,
    );
  }
  if (pages.length > 0) {
    client.setQueryData(queryKey, { pages: [newest], pageParams: [undefined] });
  }
  return [];
}

/** Goes on before a transaction whose changes are too many to leaf through. */
export async function skipTransaction(
  client: QueryClient,
  where: { target: string; q: string },
  tx: number,
) {
  const { queryKey } = changesQuery(where.target, where.q);
  const page = await fetchPage(where, { before: tx }, new AbortController().signal);
  client.setQueryData(
    queryKey,
    (data) =>
      data && { pages: [...data.pages, page], pageParams: [...data.pageParams, { before: tx }] },
  );
}

/** The pages as one list with what is on its way. */
export type Changes = ReturnType<typeof useChanges>;
