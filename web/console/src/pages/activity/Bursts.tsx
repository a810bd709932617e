import { useQuery } from '@tanstack/react-query';

import { useFormats } from '../../messages/format.ts';
import { useMessages } from '../../messages/messages.ts';
import { ButtonLink } from '../../parts/Button.tsx';
import { DataTable, type Column } from '../../parts/DataTable.tsx';
import { Moment } from '../../parts/Moment.tsx';
import { OperationSign } from '../../parts/OperationSign.tsx';
import { Section } from '../../parts/Page.tsx';
import { writeQuery } from '../timeline/query.ts';
import { activityQuery, burstsOf, type Burst, type Scope } from './activity.ts';
import { messages } from './messages.ts';

/** So many are listed. */
const mostListed = 20;

/** Hours in which somebody changed much more than is usual. */
export function Bursts({ scope }: { scope: Scope }) {
  const t = useMessages(messages);
  const { data } = useQuery(activityQuery(scope, 'actor,hour'));
  const bursts = burstsOf(data ?? []).slice(0, mostListed);
  const columns: Column<Burst>[] = [
    {
      id: 'when',
      name: t.when,
      cell: ({ from }) => <Moment at={new Date(from).toISOString()} as="short" />,
    },
    { id: 'actor', name: t.actor, cell: ({ actor }) => actor || t.unknown },
    { id: 'what', name: t.changes, cell: (burst) => <BurstCounts burst={burst} /> },
    { id: 'show', name: t.show, cell: (burst) => <BurstLink burst={burst} scope={scope} /> },
  ];
  return (
    <Section title={t.bursts} hint={t.burstsHint}>
      {bursts.length === 0 ? (
        <p className="rec-activity-none">{data === undefined ? '…' : t.noBursts}</p>
      ) : (
        <DataTable
          label={t.bursts}
          columns={columns}
          rows={bursts}
          keyOf={({ actor, from }) => `${actor} ${from}`}
        />
      )}
    </Section>
  );
}

function BurstCounts({ burst: { activity } }: { burst: Burst }) {
  const { number } = useFormats();
  const counts = [
    ['insert', activity.inserts],
    ['update', activity.updates],
    ['delete', activity.deletes],
    ['truncate', activity.truncates],
  ] as const;
  return (
    <span className="rec-burst-counts">
      {counts
        .filter(([, count]) => count > 0)
        .map(([op, count]) => (
          <OperationSign key={op} op={op} count={number(count)} />
        ))}
    </span>
  );
}

/** A moment that has not passed yet is none that the server takes. */
const openedAt = Date.now();

function BurstLink({
  burst: { actor, from, to, activity },
  scope,
}: {
  burst: Burst;
  scope: Scope;
}) {
  const t = useMessages(messages);
  const isActor = typeof activity.group.actor === 'string';
  const q = writeQuery([
    ...(isActor ? [{ name: 'actor', value: actor } as const] : []),
    { name: 'since', value: new Date(from).toISOString() },
    { name: 'until', value: new Date(Math.min(to, openedAt)).toISOString() },
  ]);
  return (
    <ButtonLink small to="/timeline/$target" params={{ target: scope.target }} search={{ q }}>
      {t.inTimeline}
    </ButtonLink>
  );
}
