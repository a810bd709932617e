import { useMutation, useQuery } from '@tanstack/react-query';

import { api, type Wire } from '../../app/api.ts';
import { useMessages } from '../../messages/messages.ts';
import { Button } from '../../parts/Button.tsx';
import { DataTable, type Column } from '../../parts/DataTable.tsx';
import { Badge } from '../../parts/Facts.tsx';
import { Section } from '../../parts/Page.tsx';
import { Empty, Failure, FailureNote, Skeleton, WithCode } from '../../parts/State.tsx';
import { Deliveries } from './Deliveries.tsx';
import { messages } from './messages.ts';

type Channel = Wire<'Channel'>;

/** Where many are told at once, and whether messages arrived. */
export function Channels() {
  const t = useMessages(messages);
  const { data, error } = useQuery({
    queryKey: ['channels'],
    queryFn: ({ signal }) => api.get('/v1/channels', { signal }),
  });
  return (
    <div className="rec-settings rec-settings-wide">
      <Section title={t.sections.channels} hint={t.channelsHint}>
        {error === null ? null : <Failure error={error} />}
        {data === undefined && error === null ? <Skeleton lines={3} /> : null}
        {data?.length === 0 ? (
          <Empty icon="external" title={t.noChannels}>
            <p>
              <WithCode text={t.noChannelsHint} />
            </p>
          </Empty>
        ) : null}
        {data !== undefined && data.length > 0 ? <ChannelTable channels={data} /> : null}
      </Section>
      <Deliveries />
    </div>
  );
}

function ChannelTable({ channels }: { channels: readonly Channel[] }) {
  const t = useMessages(messages);
  const columns: Column<Channel>[] = [
    { id: 'name', name: t.name, cell: ({ name }) => <strong>{name}</strong> },
    { id: 'kind', name: t.kind, cell: ({ kind }) => <Badge>{kind}</Badge> },
    { id: 'to', name: t.goesTo, cell: ({ host, to }) => <code>{host ?? to.join(', ')}</code> },
    {
      id: 'topics',
      name: t.topics,
      isExtra: true,
      cell: ({ topics }) =>
        topics?.map((topic) => t.topicNames[topic] ?? topic).join(', ') ?? t.allTopics,
    },
    { id: 'test', name: t.deeds, isNumber: true, cell: ({ name }) => <Try name={name} /> },
  ];
  return (
    <DataTable
      label={t.sections.channels}
      columns={columns}
      rows={channels}
      keyOf={({ name }) => name}
    />
  );
}

function Try({ name }: { name: string }) {
  const t = useMessages(messages);
  const attempt = useMutation({
    mutationFn: () => api.post('/v1/channels/{name}/test', { params: { path: { name } } }),
  });
  return (
    <>
      <Button
        small
        isPending={attempt.isPending}
        onPress={() => attempt.mutate()}
        aria-label={`${t.test}: ${name}`}
      >
        {attempt.isSuccess ? t.testSent : t.test}
      </Button>
      {attempt.error === null ? null : <FailureNote error={attempt.error} />}
    </>
  );
}
