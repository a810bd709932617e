import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { CheckboxGroup } from 'react-aria-components';

import { tablesQuery } from '../../app/journal.ts';
import { useFormats } from '../../messages/format.ts';
import { useMessages } from '../../messages/messages.ts';
import { Button, ButtonLink } from '../../parts/Button.tsx';
import { DataTable, type Column } from '../../parts/DataTable.tsx';
import { Badge, type Tone } from '../../parts/Facts.tsx';
import { Section } from '../../parts/Page.tsx';
import { Empty, Failure, Note, Skeleton } from '../../parts/State.tsx';
import { Tick } from '../../parts/Tick.tsx';
import { RowChange } from '../../rows/RowChange.tsx';
import { TableName } from '../../rows/TableName.tsx';
import { keyText, rowOf } from '../../rows/value.ts';
import { Warnings } from './Certainty.tsx';
import { countsOf, type TableCounts } from './difference.ts';
import { messages } from './messages.ts';
import { MomentPicker } from './MomentPicker.tsx';
import { partsOf } from './names.ts';
import { diffQuery, type Diff } from './past.ts';
import { without } from './route.ts';

const route = getRouteApi('/signed-in/time-machine/$target');

/** How many rows are added at a time. */
const PAGE = 25;

/** What differs between two moments. */
export function Compare() {
  const t = useMessages(messages);
  const { target } = route.useParams();
  const { at = 'now', to = 'now', only = [] } = route.useSearch();
  const navigate = useNavigate({ from: '/time-machine/$target' });
  const { data: tables = [] } = useQuery(tablesQuery(target));
  const { data, error, refetch } = useQuery(diffQuery(target, at, to, only));
  return (
    <div className="rec-tm-compare">
      <div className="rec-tm-compare-with">
        <span className="rec-label">{t.compareWith}</span>
        <MomentPicker
          target={target}
          moment={to}
          onMoment={(moment) => void navigate({ search: (before) => ({ ...before, to: moment }) })}
        />
        <CheckboxGroup
          className="rec-tm-only"
          aria-label={t.only}
          value={only}
          onChange={(chosen: string[]) =>
            void navigate({
              search: (before) =>
                chosen.length === 0 ? without(before, 'only') : { ...before, only: chosen },
            })
          }
        >
          <span className="rec-label">{only.length === 0 ? t.allTables : t.only}</span>
          {tables.map(({ table }) => (
            <Tick key={table} value={table} className="rec-tm-only-table">
              {partsOf(table).at(-1)}
            </Tick>
          ))}
        </CheckboxGroup>
      </div>
      {error !== null ? <Failure error={error} onRetry={() => void refetch()} /> : null}
      {data === undefined && error === null ? <Skeleton /> : null}
      {data === undefined ? null : <Difference {...{ target, at, to, only, diff: data }} />}
    </div>
  );
}

interface DifferenceProps {
  target: string;
  at: string;
  to: string;
  only: string[];
  diff: Diff;
}

function Difference({ target, at, to, only, diff }: DifferenceProps) {
  const t = useMessages(messages);
  const { number } = useFormats();
  const [count, setCount] = useState(PAGE);
  if (diff.rows.length === 0) {
    return (
      <>
        <Warnings warnings={diff.warnings} />
        <Empty icon="check" title={t.same}>
          {t.sameHint}
        </Empty>
      </>
    );
  }
  const shown = diff.rows.slice(0, count);
  return (
    <>
      <Warnings warnings={diff.warnings} />
      {diff.truncated ? <Note kind="warn">{t.truncated(number(diff.rows.length))}</Note> : null}
      <Section
        title={t.summary}
        actions={
          <ButtonLink
            small
            icon="undo"
            to="/undo/$target"
            params={{ target }}
            search={{
              since: at,
              ...(to !== 'now' && { until: to }),
              ...(only.length > 0 && { tables: only }),
            }}
          >
            {t.undoBetween}
          </ButtonLink>
        }
      >
        <Summary counts={countsOf(diff.rows)} />
      </Section>
      <Section title={t.shown(number(shown.length), number(diff.rows.length))}>
        <ul className="rec-tm-differences">
          {shown.map((row) => (
            <li key={`${row.table} ${keyText(row.key)} ${row.kind}`} className="rec-tm-difference">
              <DifferentRow row={row} />
            </li>
          ))}
        </ul>
        {diff.rows.length > shown.length ? (
          <div className="rec-tm-more">
            <Button small onPress={() => setCount(count + PAGE)}>
              {t.more}
            </Button>
          </div>
        ) : null}
      </Section>
    </>
  );
}

const tones: Readonly<Record<string, Tone>> = {
  added: 'insert',
  changed: 'update',
  removed: 'delete',
};

function DifferentRow({ row }: { row: Diff['rows'][number] }) {
  const t = useMessages(messages);
  return (
    <>
      <p className="rec-tm-difference-head">
        <Badge tone={tones[row.kind] ?? 'plain'}>{t.kindsOfDifference[row.kind] ?? row.kind}</Badge>
        <code>{row.table}</code>
        <code className="rec-tm-difference-key">{keyText(row.key)}</code>
      </p>
      <RowChange before={rowOf(row.before)} after={rowOf(row.after)} />
    </>
  );
}

function Summary({ counts }: { counts: readonly TableCounts[] }) {
  const t = useMessages(messages);
  const { number } = useFormats();
  const figure = (id: 'added' | 'changed' | 'removed'): Column<TableCounts> => ({
    id,
    name: t[id],
    isNumber: true,
    cell: (row) => number(row[id]),
  });
  const columns: Column<TableCounts>[] = [
    { id: 'table', name: t.table, cell: ({ table }) => <TableName name={table} /> },
    figure('added'),
    figure('changed'),
    figure('removed'),
  ];
  return (
    <DataTable label={t.summary} columns={columns} rows={counts} keyOf={({ table }) => table} />
  );
}
