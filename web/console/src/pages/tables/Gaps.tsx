import type { Wire } from '../../app/api.ts';
import { useMessages } from '../../messages/messages.ts';
import { DataTable, type Column } from '../../parts/DataTable.tsx';
import { Badge } from '../../parts/Facts.tsx';
import { Moment } from '../../parts/Moment.tsx';
import { Section } from '../../parts/Page.tsx';
import { messages } from './messages.ts';

type Gap = Wire<'Gap'>;

/** The stretches in which changes may be missing. */
export function Gaps({ tables }: { tables: readonly Wire<'Table'>[] }) {
  const t = useMessages(messages);
  const gaps = tables.flatMap((table) => table.gaps);
  const columns: Column<Gap>[] = [
    { id: 'table', name: t.table, cell: ({ table }) => <code>{table}</code> },
    { id: 'why', name: t.reason, cell: ({ means }) => means },
    { id: 'from', name: t.from, cell: ({ from_at }) => <Moment at={from_at} as="short" /> },
    {
      id: 'until',
      name: t.until,
      cell: ({ until_at }) =>
        until_at ? <Moment at={until_at} as="short" /> : <Badge tone="warn">{t.open}</Badge>,
    },
  ];
  return (
    <Section title={t.gapsTitle} hint={gaps.length > 0 ? t.gapsHint : undefined}>
      {gaps.length === 0 ? (
        <p className="rec-section-text">{t.noGaps}</p>
      ) : (
        <DataTable
          label={t.gapsTitle}
          columns={columns}
          rows={gaps}
          keyOf={(gap) => `${gap.table} ${gap.reason} ${gap.from_tx}`}
        />
      )}
    </Section>
  );
}
