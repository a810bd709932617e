import { useQuery } from '@tanstack/react-query';

import { api } from '../../app/api.ts';
import { marksQuery, tablesQuery } from '../../app/journal.ts';
import type { KnownValues } from './completion.ts';
import { valueOf, type Term } from './query.ts';

const stretches = ['15m', '1h', '6h', '24h', '7d', '30d'];

/** What can be completed; fetched when somebody begins to type. */
export function useKnownValues(
  target: string,
  terms: readonly Term[],
  isAsked: boolean,
): KnownValues {
  const enabled = isAsked;
  const { data: tables = [] } = useQuery({ ...tablesQuery(target), enabled });
  const { data: marks = [] } = useQuery({ ...marksQuery(target), enabled });
  const { data: actors = [] } = useQuery({ ...groupsQuery(target, 'actor'), enabled });
  const { data: sessions = [] } = useQuery({ ...groupsQuery(target, 'session'), enabled });
  const { data: tenants = [] } = useQuery({ ...groupsQuery(target, 'tenant'), enabled });
  const wanted = valueOf(terms, 'table');
  const ofColumns = tables.filter(({ table }) => wanted === undefined || table.endsWith(wanted));
  const named = marks.map(({ name }) => `mark:${name}`);
  return {
    table: tables.map(({ table }) => table),
    column: [...new Set(ofColumns.flatMap(({ columns }) => columns))],
    actor: actors,
    session: sessions,
    tenant: tenants,
    op: ['insert', 'update', 'delete', 'truncate'],
    since: [...stretches, ...named],
    until: ['1h', '24h', ...named],
  };
}

type Dimension = 'actor' | 'session' | 'tenant';

const groupsQuery = (target: string, by: Dimension) => ({
  queryKey: ['values', target, by],
  staleTime: 60_000,
  queryFn: async ({ signal }: { signal: AbortSignal }) => {
    const found = await api.get('/v1/targets/{target}/activity', {
      params: { path: { target }, query: { by } },
      signal,
    });
    const values = found.map(({ group }) => group[by]);
    return values.filter((value) => typeof value === 'string' && value !== '') as string[];
  },
});
