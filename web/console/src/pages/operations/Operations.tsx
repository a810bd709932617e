import { useQuery } from '@tanstack/react-query';

import { api, type Wire } from '../../app/api.ts';
import { useTarget } from '../../app/targets.ts';
import { useFormats } from '../../messages/format.ts';
import { useMessages } from '../../messages/messages.ts';
import { ButtonLink } from '../../parts/Button.tsx';
import { DataTable, type Column } from '../../parts/DataTable.tsx';
import { Badge, type Tone } from '../../parts/Facts.tsx';
import { Moment } from '../../parts/Moment.tsx';
import { Section } from '../../parts/Page.tsx';
import { Empty, Failure, Skeleton, WithCode } from '../../parts/State.tsx';
import './operations.css';
import { messages } from './messages.ts';

type Operation = Wire<'Operation'>;

const tones: Readonly<Record<string, Tone>> = {
  open: 'update',
  succeeded: 'insert',
  failed: 'delete',
};

/** Work that somebody did by hand, the latest first. */
export function Operations({ target }: { target: string }) {
  const t = useMessages(messages);
  const { data, error, refetch } = useQuery({
    queryKey: ['operations', target],
    queryFn: ({ signal }) =>
      api.get('/v1/targets/{target}/operations', { params: { path: { target } }, signal }),
  });
  return (
    <Section title={t.operations} hint={t.operationsHint}>
      {error === null ? null : <Failure error={error} onRetry={() => void refetch()} />}
      {data === undefined && error === null ? <Skeleton lines={4} /> : null}
      {data?.length === 0 ? (
        <Empty icon="wrench" title={t.noOperations}>
          <p>
            <WithCode text={t.noOperationsHint} />
          </p>
        </Empty>
      ) : null}
      {data !== undefined && data.length > 0 ? (
        <OperationTable target={target} operations={data} />
      ) : null}
    </Section>
  );
}

interface TableProps {
  target: string;
  operations: readonly Operation[];
}

function OperationTable({ target, operations }: TableProps) {
  const t = useMessages(messages);
  const mayUndo = useTarget()?.roles.includes('operator') ?? false;
  const columns: Column<Operation>[] = [
    { id: 'name', name: t.name, cell: (operation) => <Named operation={operation} /> },
    {
      id: 'status',
      name: t.statusName,
      cell: ({ status }) => (
        <Badge tone={tones[status] ?? 'plain'}>{t.status[status] ?? status}</Badge>
      ),
    },
    { id: 'began', name: t.began, cell: ({ started_at }) => <Moment at={started_at} as="short" /> },
    {
      id: 'by',
      name: t.by,
      isExtra: true,
      cell: ({ actor, database_user }) => actor ?? database_user,
    },
    { id: 'changed', name: t.changed, cell: ({ changes }) => <Changed changes={changes} /> },
    {
      id: 'deeds',
      isNumber: true,
      name: t.deeds,
      cell: ({ id }) => (
        <span className="rec-operation-deeds">
          <ButtonLink
            small
            to="/timeline/$target"
            params={{ target }}
            search={{ q: `operation:${id}` }}
          >
            {t.timeline}
          </ButtonLink>
          {mayUndo ? (
            <ButtonLink
              small
              icon="undo"
              to="/undo/$target"
              params={{ target }}
              search={{ operation: id }}
            >
              {t.undo}
            </ButtonLink>
          ) : null}
        </span>
      ),
    },
  ];
  return (
    <DataTable
      label={t.operations}
      columns={columns}
      rows={operations}
      keyOf={({ id }) => String(id)}
    />
  );
}

function Named({ operation }: { operation: Operation }) {
  const { name, reason, message } = operation;
  return (
    <span className="rec-operation-name">
      <bdi>{name}</bdi>
      {reason ? <bdi className="rec-operation-reason">{reason}</bdi> : null}
      {message ? <bdi className="rec-operation-reason">{message}</bdi> : null}
    </span>
  );
}

function Changed({ changes }: { changes: Operation['changes'] }) {
  const t = useMessages(messages);
  const { number } = useFormats();
  const tables = Object.entries(changes);
  if (tables.length === 0) return t.nothing;
  return (
    <ul>
      {tables.map(([table, rows]) => (
        <li key={table}>
          <code>{table}</code> {number(Number(rows))}
        </li>
      ))}
    </ul>
  );
}
