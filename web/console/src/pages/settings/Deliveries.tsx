import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';

import { api, type Wire } from '../../app/api.ts';
import { useMessages } from '../../messages/messages.ts';
import { Button } from '../../parts/Button.tsx';
import { DataTable, type Column } from '../../parts/DataTable.tsx';
import { Badge, type Tone } from '../../parts/Facts.tsx';
import { Moment } from '../../parts/Moment.tsx';
import { Section } from '../../parts/Page.tsx';
import { Empty, Failure, FailureNote, Skeleton } from '../../parts/State.tsx';
import { messages } from './messages.ts';

type Delivery = Wire<'Delivery'>;

const tones: Readonly<Record<string, Tone>> = {
  waiting: 'warn',
  sending: 'update',
  delivered: 'insert',
  dead: 'delete',
};

const key = ['deliveries'];

/** Whether messages arrived, the newest first. */
export function Deliveries() {
  const t = useMessages(messages);
  const found = useInfiniteQuery({
    queryKey: key,
    queryFn: ({ pageParam, signal }) =>
      api.get('/v1/deliveries', {
        params: { query: { limit: 50, ...(pageParam !== undefined && { cursor: pageParam }) } },
        signal,
      }),
    initialPageParam: undefined as number | undefined,
    getNextPageParam: ({ next }) => next ?? undefined,
  });
  const deliveries = found.data?.pages.flatMap((page) => page.deliveries);
  return (
    <Section title={t.deliveries} hint={t.deliveriesHint}>
      {found.error === null ? null : <Failure error={found.error} />}
      {found.isPending ? <Skeleton lines={3} /> : null}
      {deliveries?.length === 0 ? <Empty icon="external" title={t.noDeliveries} /> : null}
      {deliveries !== undefined && deliveries.length > 0 ? (
        <DeliveryTable deliveries={deliveries} />
      ) : null}
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
  );
}

function DeliveryTable({ deliveries }: { deliveries: readonly Delivery[] }) {
  const t = useMessages(messages);
  const client = useQueryClient();
  const retry = useMutation({
    mutationFn: (id: number) => api.post('/v1/deliveries/{id}/retry', { params: { path: { id } } }),
    onSuccess: () => client.invalidateQueries({ queryKey: key }),
  });
  const columns: Column<Delivery>[] = [
    {
      id: 'status',
      name: t.state,
      cell: ({ status }) => (
        <Badge tone={tones[status] ?? 'plain'}>{t.deliveryStatus[status] ?? status}</Badge>
      ),
    },
    { id: 'topic', name: t.topic, cell: ({ topic }) => t.topicNames[topic] ?? topic },
    {
      id: 'channel',
      name: t.channel,
      cell: ({ channel, recipient }) => <code>{recipient ?? channel}</code>,
    },
    {
      id: 'when',
      name: t.when,
      isExtra: true,
      cell: ({ created_at }) => <Moment at={created_at} as="ago" />,
    },
    {
      id: 'answer',
      name: t.answer,
      isExtra: true,
      cell: ({ attempts }) => <bdi>{attempts.at(-1)?.answer}</bdi>,
    },
    {
      id: 'retry',
      isNumber: true,
      name: t.deeds,
      cell: ({ id, status }) =>
        status === 'dead' || status === 'waiting' ? (
          <Button small onPress={() => retry.mutate(id)}>
            {t.retry}
          </Button>
        ) : null,
    },
  ];
  return (
    <>
      {retry.error === null ? null : <FailureNote error={retry.error} />}
      <DataTable
        label={t.deliveries}
        columns={columns}
        rows={deliveries}
        keyOf={({ id }) => String(id)}
      />
    </>
  );
}
