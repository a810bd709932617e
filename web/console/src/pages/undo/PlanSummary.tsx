import './undo.css';
import { useFormats } from '../../messages/format.ts';
import { useMessages } from '../../messages/messages.ts';
import { DataTable, type Column } from '../../parts/DataTable.tsx';
import { Facts } from '../../parts/Facts.tsx';
import { Moment } from '../../parts/Moment.tsx';
import { Section } from '../../parts/Page.tsx';
import { TableName } from '../../rows/TableName.tsx';
import { messages } from './messages.ts';
import type { Plan } from './plan.ts';
import { wordsOf, type Wish } from './wish.ts';

type RowCounts = Plan['rows'][number];

/** What a plan comes to: how many rows of which tables, who made it, and until when it holds. */
export function PlanSummary({ plan, wish }: { plan: Plan; wish: Wish }) {
  const t = useMessages(messages);
  const words = wordsOf(wish);
  return (
    <Section title={plan.status === 'applied' ? t.applied : t.summary}>
      {plan.rows.length === 0 ? (
        <p className="rec-undo-nothing">{t.nothing}</p>
      ) : (
        <CountsTable rows={plan.rows} />
      )}
      <div className="rec-undo-facts">
        <Facts
          facts={[
            [t.selection, words.length === 0 ? undefined : <Words key="words" words={words} />],
            [t.by, plan.created_by],
            [t.expires, plan.applied_at ? undefined : <Moment key="at" at={plan.expires_at} />],
            [t.reason, plan.reason ?? undefined],
            [t.hash, <code key="hash">{plan.hash.slice(0, 16)}</code>],
          ]}
        />
      </div>
    </Section>
  );
}

/** How many rows of which tables are brought back, set and removed. */
export function CountsTable({ rows }: { rows: readonly RowCounts[] }) {
  const t = useMessages(messages);
  const { number } = useFormats();
  const count = (id: 'inserted' | 'updated' | 'deleted', name: string): Column<RowCounts> => ({
    id,
    name,
    isNumber: true,
    cell: (row) => (
      <span className={row[id] > 0 ? `rec-undo-count rec-undo-count-${id}` : 'rec-undo-count-none'}>
        {number(row[id])}
      </span>
    ),
  });
  const columns: Column<RowCounts>[] = [
    { id: 'table', name: t.names.tables, cell: (row) => <TableName name={row.table} /> },
    count('inserted', t.broughtBack),
    count('updated', t.set),
    count('deleted', t.removed),
  ];
  return <DataTable label={t.summary} columns={columns} rows={rows} keyOf={({ table }) => table} />;
}

/** A selection as the words of the query language. */
export function Words({ words }: { words: readonly (readonly [string, string])[] }) {
  return (
    <span className="rec-undo-words">
      {words.map(([name, value]) => (
        <code key={`${name}:${value}`} className="rec-undo-word">
          <span>{name}:</span>
          {value}
        </code>
      ))}
    </span>
  );
}
