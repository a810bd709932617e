import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useState, type SyntheticEvent } from 'react';

import { api, type Wire } from '../../app/api.ts';
import { useMessages } from '../../messages/messages.ts';
import { Button } from '../../parts/Button.tsx';
import { DataTable, type Column } from '../../parts/DataTable.tsx';
import { Badge, type Tone } from '../../parts/Facts.tsx';
import { Field } from '../../parts/Field.tsx';
import { Moment } from '../../parts/Moment.tsx';
import { Section } from '../../parts/Page.tsx';
import { Empty, Failure, Skeleton } from '../../parts/State.tsx';
import { jsonOf } from '../../rows/value.ts';
import { messages } from './messages.ts';

type Entry = Wire<'Entry'>;

const route = getRouteApi('/signed-in/settings/$section');

const tones: Readonly<Record<string, Tone>> = { refused: 'warn', failed: 'delete' };

/** What was done with pgRecall itself. */
export function AuditLog() {
  const t = useMessages(messages);
  const { actor, action } = route.useSearch();
  const found = useInfiniteQuery({
    queryKey: ['audit', actor, action],
    queryFn: ({ pageParam, signal }) =>
      api.get('/v1/audit', {
        params: {
          query: {
            ...(actor !== undefined && { actor }),
            ...(action !== undefined && { action }),
            ...(pageParam !== undefined && { cursor: pageParam }),
          },
        },
        signal,
      }),
    initialPageParam: undefined as number | undefined,
    getNextPageParam: ({ next }) => next ?? undefined,
  });
  const entries = found.data?.pages.flatMap((page) => page.entries);
  return (
    <div className="rec-settings rec-settings-wide">
      <Section title={t.sections.log} hint={t.logHint}>
        <Filter key={`${actor ?? ''} ${action ?? ''}`} />
        {found.error === null ? null : <Failure error={found.error} />}
        {found.isPending ? <Skeleton /> : null}
        {entries?.length === 0 ? <Empty title={t.noLog} /> : null}
        {entries !== undefined && entries.length > 0 ? <EntryTable entries={entries} /> : null}
        {found.hasNextPage ? (
          <div className="rec-settings-more">
            <Button
              small
              isPending={found.isFetchingNextPage}
              onPress={() => void found.fetchNextPage()}
            >
              {t.more}
            </Button>
          </div>
        ) : null}
      </Section>
    </div>
  );
}

function Filter() {
  const t = useMessages(messages);
  const asked = route.useSearch();
  const navigate = useNavigate({ from: '/settings/$section' });
  const [actor, setActor] = useState(asked.actor ?? '');
  const [action, setAction] = useState(asked.action ?? '');
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    void navigate({
      search: {
        ...(actor.trim() !== '' && { actor: actor.trim() }),
        ...(action.trim() !== '' && { action: action.trim() }),
      },
    });
  };
  return (
    <form className="rec-settings-filter" onSubmit={submit}>
      <Field label={t.user} value={actor} onChange={setActor} />
      <Field label={t.action} placeholder="plan.apply" value={action} onChange={setAction} mono />
      <Button type="submit">{t.filter}</Button>
    </form>
  );
}

function EntryTable({ entries }: { entries: readonly Entry[] }) {
  const t = useMessages(messages);
  const columns: Column<Entry>[] = [
    { id: 'at', name: t.when, cell: ({ at }) => <Moment at={at} as="short" /> },
    { id: 'actor', name: t.user, cell: ({ actor, via }) => <bdi>{actor ?? via}</bdi> },
    {
      id: 'action',
      name: t.action,
      cell: ({ action, outcome }) => (
        <span className="rec-settings-line">
          <code>{action}</code>
          {outcome === 'done' || outcome === action ? null : (
            <Badge tone={tones[outcome] ?? 'plain'}>{t.outcomes[outcome] ?? outcome}</Badge>
          )}
        </span>
      ),
    },
    {
      id: 'subject',
      name: t.subject,
      cell: ({ subject, target }) => (
        <bdi>{[target, subject].filter((known) => known).join(' · ')}</bdi>
      ),
    },
    { id: 'ip', name: t.from, isExtra: true, cell: ({ ip }) => <code>{ip}</code> },
    {
      id: 'details',
      name: t.details,
      isExtra: true,
      cell: ({ details }) =>
        Object.keys(details).length === 0 ? null : (
          <code className="rec-settings-details">{jsonOf(details)}</code>
        ),
    },
  ];
  return (
    <DataTable
      label={t.sections.log}
      columns={columns}
      rows={entries}
      keyOf={({ id }) => String(id)}
    />
  );
}
