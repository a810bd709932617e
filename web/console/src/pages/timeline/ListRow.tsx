import { memo, type ReactNode } from 'react';

import { useFormats, type Formats } from '../../messages/format.ts';
import { useMessages } from '../../messages/messages.ts';
import { Button } from '../../parts/Button.tsx';
import { Badge } from '../../parts/Facts.tsx';
import { Icon } from '../../parts/Icon.tsx';
import { OperationSign } from '../../parts/OperationSign.tsx';
import { Moment } from '../../parts/Moment.tsx';
import { keyLabel, tableLabel, Value } from '../../parts/Value.tsx';
import type { ListDeeds } from './ChangeList.tsx';
import { messages } from './messages.ts';
import { countsOf, type Group, type Row } from './rows.ts';
import type { Change } from './stream.ts';

interface ListRowProps {
  row: Row;
  index: number;
  isCurrent: boolean;
  deeds: ListDeeds;
}

/** A row of the list: a day, a transaction, or a change. */
export const ListRow = memo(function ListRow({ row, index, isCurrent, deeds }: ListRowProps) {
  const formats = useFormats();
  const t = useMessages(messages);
  if (row.kind === 'day') {
    return (
      <div role="row" aria-rowindex={index + 1} className="rec-day">
        <span role="gridcell">{dayName(new Date(row.day), formats, t)}</span>
      </div>
    );
  }
  if (row.kind === 'cut') return <Cut row={row} index={index} deeds={deeds} />;
  const isParent = row.kind === 'transaction';
  return (
    // The keyboard is led by the grid, which has the focus as a whole.
    // eslint-disable-next-line jsx-a11y/click-events-have-key-events
    <div
      id={row.id.replaceAll(' ', '-')}
      role="row"
      tabIndex={-1}
      aria-rowindex={index + 1}
      aria-level={row.kind === 'change' ? 2 : 1}
      aria-selected={isCurrent}
      {...(isParent && { 'aria-expanded': !row.isFolded })}
      className={`rec-change rec-change-${row.kind}`}
      onClick={() => deeds.open(row)}
    >
      <Cells row={row} deeds={deeds} />
    </div>
  );
});

function Cells({ row, deeds }: { row: Exclude<Row, { kind: 'day' | 'cut' }>; deeds: ListDeeds }) {
  const [first] = row.group.changes;
  const isChild = row.kind === 'change';
  const cell = (name: string, content: ReactNode) => (
    <span role="gridcell" className={`rec-change-${name}`}>
      {content}
    </span>
  );
  return (
    <>
      {cell('at', isChild ? null : <Moment at={first.at} as="time" />)}
      {row.kind === 'transaction' ? (
        <>
          {cell('sign', <FoldButton row={row} deeds={deeds} />)}
          {cell('what', <Counts group={row.group} isFolded={row.isFolded} />)}
        </>
      ) : (
        <>
          {cell('sign', <OperationSign op={row.change.op} />)}
          {cell('what', <ChangeSummary change={row.change} />)}
        </>
      )}
      {cell('actor', isChild ? null : <Actor change={first} />)}
      {cell('reason', isChild ? null : first.reason)}
      {cell('tx', isChild ? null : first.tx)}
    </>
  );
}

function Actor({ change }: { change: Change }) {
  const t = useMessages(messages);
  if (change.actor) return change.actor;
  return <span className="rec-change-nobody">{change.database_user ?? t.unknownActor}</span>;
}

function FoldButton({ row, deeds }: { row: Row & { kind: 'transaction' }; deeds: ListDeeds }) {
  const t = useMessages(messages);
  return (
    <button
      type="button"
      // The keyboard folds with x and the arrows.
      tabIndex={-1}
      className="rec-fold"
      aria-label={row.isFolded ? t.unfold : t.fold}
      onClick={(event) => {
        event.stopPropagation();
        deeds.fold(row.group.tx, row.isFolded);
      }}
    >
      <Icon name={row.isFolded ? 'right' : 'down'} />
    </button>
  );
}

/** How many of what, in which tables. */
function Counts({ group, isFolded }: { group: Group; isFolded: boolean }) {
  const t = useMessages(messages);
  const { number } = useFormats();
  // Unfolded, the changes stand below and speak for themselves.
  const counts = isFolded ? countsOf(group) : [];
  const total = group.changes.length;
  return (
    <>
      <span className="rec-change-total">
        {group.isCut ? t.atLeast(number(total)) : t.changes(total)}
      </span>
      {counts.slice(0, 4).map(({ table, op, count }) => (
        <span key={`${op} ${table}`} className="rec-change-count">
          <OperationSign op={op} count={number(count)} />
          <code>{tableLabel(table)}</code>
        </span>
      ))}
      {counts.length > 4 ? (
        <span className="rec-change-fields">{t.more(counts.length - 4)}</span>
      ) : null}
    </>
  );
}

/** So many fields of an update are told in the list. */
const mostFields = 4;

/** Which record, and what became of it. */
function ChangeSummary({ change }: { change: Change }) {
  const t = useMessages(messages);
  const isUpdate = change.op === 'update';
  const fields = isUpdate ? change.changed : Object.keys(change.new ?? change.old ?? {});
  const shown = fields.filter((field) => isUpdate || !(field in (change.key ?? {})));
  return (
    <>
      <code className="rec-change-record">
        {tableLabel(change.table)}
        <span className="rec-change-key">{keyLabel(change.key)}</span>
      </code>
      {change.undone_by.length > 0 ? <Badge>{t.undone}</Badge> : null}
      <span className="rec-change-fields">
        {shown.slice(0, mostFields).map((field) => (
          <span key={field} className="rec-change-field">
            {field}{' '}
            {isUpdate ? (
              <>
                <Short value={change.old?.[field]} /> → <Short value={change.new?.[field]} />
              </>
            ) : (
              <Short value={(change.new ?? change.old)?.[field]} />
            )}
          </span>
        ))}
        {shown.length > mostFields ? t.more(shown.length - mostFields) : null}
      </span>
    </>
  );
}

/** Long values would only be cut off at the end of the row. */
function Short({ value }: { value: unknown }) {
  const isLong = typeof value === 'string' && value.length > 80;
  return <Value value={isLong ? `${value.slice(0, 80)}…` : value} />;
}

interface CutProps {
  row: Row & { kind: 'cut' };
  index: number;
  deeds: ListDeeds;
}

/** In place of the rest of a transaction that is too large to be leafed through. */
function Cut({ row, index, deeds }: CutProps) {
  const t = useMessages(messages);
  return (
    <div role="row" aria-rowindex={index + 1} className="rec-cut">
      <span role="gridcell">{t.onlyPart}</span>
      <span role="gridcell" className="rec-cut-deeds">
        <Button small onPress={() => deeds.skip(row.group.tx)}>
          {t.skip(row.group.tx)}
        </Button>
        <Button small kind="quiet" onPress={deeds.fetchMore}>
          {t.fetchMore}
        </Button>
      </span>
    </div>
  );
}

function dayName(day: Date, formats: Formats, t: { today: string; yesterday: string }): string {
  const start = new Date();
  start.setHours(0, 0, 0, 0);
  const yesterday = new Date(start);
  yesterday.setDate(start.getDate() - 1);
  if (day >= start) return t.today;
  return day >= yesterday ? t.yesterday : formats.day(day);
}
