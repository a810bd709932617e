import { Link } from '@tanstack/react-router';

import type { Wire } from '../../app/api.ts';
import { useMessages } from '../../messages/messages.ts';
import { DataTable, type Column } from '../../parts/DataTable.tsx';
import { Badge, type Tone } from '../../parts/Facts.tsx';
import { Moment } from '../../parts/Moment.tsx';
import { Empty, WithCode } from '../../parts/State.tsx';
import { AllClasses } from './Classes.tsx';
import { messages } from './messages.ts';

type Table = Wire<'Table'>;

const tones: Record<string, Tone> = { tracked: 'insert', paused: 'warn' };

/** The tables that are recorded, and how. */
export function Tracked({ tables }: { tables: readonly Table[] }) {
  const t = useMessages(messages);
  const columns: Column<Table>[] = [
    { id: 'table', name: t.table, cell: ({ table }) => <TableLink table={table} /> },
    { id: 'state', name: t.state, cell: (table) => <State table={table} /> },
    { id: 'key', name: t.key, cell: ({ key }) => <Key columns={key} />, isExtra: true },
    {
      id: 'classes',
      name: t.classes,
      cell: (table) => <AllClasses table={table} />,
      isExtra: true,
    },
    { id: 'how', name: t.how, cell: (table) => <How table={table} />, isExtra: true },
    {
      id: 'since',
      name: t.since,
      cell: ({ since }) => <Moment at={since} as="short" />,
      isExtra: true,
    },
  ];
  if (tables.length === 0) {
    return (
      <Empty icon="tables" title={t.none}>
        <WithCode text={t.noneText} />
      </Empty>
    );
  }
  return (
    <DataTable label={t.tracked} columns={columns} rows={tables} keyOf={({ table }) => table} />
  );
}

function TableLink({ table }: { table: string }) {
  return (
    <Link from="/tables/$target" to="." search={{ table }}>
      <code>{table}</code>
    </Link>
  );
}

function State({ table: { status, gaps } }: { table: Table }) {
  const t = useMessages(messages);
  const names: Record<string, string> = t.status;
  const open = gaps.filter(({ until_at }) => until_at === null || until_at === undefined);
  return (
    <span className="rec-table-badges">
      <Badge tone={tones[status] ?? 'plain'}>{names[status] ?? status}</Badge>
      {open.length > 0 ? <Badge tone="warn">{t.gap}</Badge> : null}
    </span>
  );
}

/** The columns that identify a row. */
export function Key({ columns }: { columns: readonly string[] }) {
  const t = useMessages(messages);
  if (columns.length === 0) return <Badge tone="warn">{t.noKey}</Badge>;
  return <code>{columns.join(', ')}</code>;
}

function How({ table: { columns, excluded, hashed } }: { table: Table }) {
  const t = useMessages(messages);
  const left = [
    ...(excluded.length > 0 ? [t.excluded(excluded.length)] : []),
    ...(hashed.length > 0 ? [t.hashed(hashed.length)] : []),
  ];
  return (
    <span title={[...excluded, ...hashed].join(', ')}>
      {t.columnCount(columns.length)}
      {left.length > 0 ? `, ${left.join(', ')}` : ''}
    </span>
  );
}
