import type { Wire } from '../../app/api.ts';
import { useFormats } from '../../messages/format.ts';
import { useMessages } from '../../messages/messages.ts';
import { DataTable, type Column } from '../../parts/DataTable.tsx';
import { Section } from '../../parts/Page.tsx';
import { WithCode } from '../../parts/State.tsx';
import { messages } from './messages.ts';
import { Key } from './Tracked.tsx';

type Table = Wire<'Uncovered'>;

/** The tables that are not recorded, and why not. */
export function Untracked({ tables }: { tables: readonly Table[] }) {
  const t = useMessages(messages);
  const { number, bytes } = useFormats();
  const columns: Column<Table>[] = [
    { id: 'table', name: t.table, cell: ({ table }) => <code>{table}</code> },
    { id: 'reason', name: t.reason, cell: ({ reason }) => reason },
    { id: 'key', name: t.key, cell: ({ key }) => <Key columns={key} />, isExtra: true },
    { id: 'writes', name: t.writes, cell: ({ writes }) => number(writes), isNumber: true },
    {
      id: 'rows',
      name: t.rows,
      cell: ({ rows }) => (rows === null || rows === undefined ? '–' : number(rows)),
      isNumber: true,
      isExtra: true,
    },
    {
      id: 'size',
      name: t.size,
      cell: (table) => bytes(table.bytes),
      isNumber: true,
      isExtra: true,
    },
  ];
  return (
    <Section title={t.untracked} hint={tables.length > 0 ? t.untrackedHint : undefined}>
      {tables.length === 0 ? (
        <p className="rec-section-text">{t.allCovered}</p>
      ) : (
        <>
          <DataTable
            label={t.untracked}
            columns={columns}
            rows={tables}
            keyOf={({ table }) => table}
          />
          <p className="rec-section-text rec-section-foot">
            <WithCode text={t.track} />
          </p>
        </>
      )}
    </Section>
  );
}
