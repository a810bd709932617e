import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';

import { tablesQuery } from '../../app/journal.ts';
import { useFormats } from '../../messages/format.ts';
import { useMessages } from '../../messages/messages.ts';
import { Button, ButtonLink, IconButton } from '../../parts/Button.tsx';
import { Choice } from '../../parts/Choice.tsx';
import { Empty, Failure, Skeleton } from '../../parts/State.tsx';
import { ResultGrid } from '../../rows/ResultGrid.tsx';
import type { Row } from '../../rows/value.ts';
import { Certainty, Warnings } from './Certainty.tsx';
import { messages } from './messages.ts';
import { pageOf, partsOf } from './names.ts';
import { pastQuery } from './past.ts';
import { without } from './route.ts';

const route = getRouteApi('/signed-in/time-machine/$target');

/** How many rows a page has. */
const SIZE = 100;

/** The rows of a table as they were at a moment, a page at a time. */
export function TableThen() {
  const t = useMessages(messages);
  const { target } = route.useParams();
  const { at = 'now', table: name } = route.useSearch();
  const navigate = useNavigate({ from: '/time-machine/$target' });
  const { data: tables, error } = useQuery(tablesQuery(target));
  if (error !== null) return <Failure error={error} />;
  if (tables === undefined) return <Skeleton />;
  if (tables.length === 0) return <Empty icon="tables" title={t.noTables} />;
  const table = tables.find((known) => known.table === name);
  const choose = (chosen: string) =>
    void navigate({ search: (before) => ({ ...without(before, 'page'), table: chosen }) });
  const picker = (
    <div className="rec-tm-table">
      <Choice
        label={t.table}
        hideLabel
        options={tables.map((known) => ({
          value: known.table,
          name: known.table,
          hint: known.status === 'tracked' ? undefined : known.status,
        }))}
        value={table?.table ?? null}
        onChange={choose}
      />
    </div>
  );
  if (table === undefined) {
    return (
      <>
        <div className="rec-tm-bar">{picker}</div>
        <Empty icon="tables" title={t.chooseTable}>
          {t.chooseTableHint}
          <div className="rec-tm-chips">
            {tables.slice(0, 12).map((known) => (
              <Button key={known.table} small onPress={() => choose(known.table)}>
                {partsOf(known.table).at(-1)}
              </Button>
            ))}
          </div>
        </Empty>
      </>
    );
  }
  return <Rows key={table.table} {...{ target, at, table, picker }} />;
}

interface RowsProps {
  target: string;
  at: string;
  table: { table: string; key: string[]; columns: string[] };
  picker: React.ReactNode;
}

function Rows({ target, at, table, picker }: RowsProps) {
  const t = useMessages(messages);
  const { number } = useFormats();
  const { page = 0 } = route.useSearch();
  const navigate = useNavigate({ from: '/time-machine/$target' });
  const sql = pageOf(table, page, SIZE);
  const { data, error, refetch, isFetching } = useQuery(pastQuery(target, at, sql));
  const rows = (data?.rows ?? []).slice(0, SIZE) as Row[];
  const turn = (to: number) =>
    void navigate({
      search: (before) => (to > 0 ? { ...before, page: to } : without(before, 'page')),
    });
  return (
    <>
      <div className="rec-tm-bar">
        {picker}
        {data === undefined ? null : <Certainty certainty={data.certainty} />}
        <span className="rec-tm-bar-space" />
        {rows.length === 0 ? null : (
          <span className="rec-tm-range">
            {t.range(number(page * SIZE + 1), number(page * SIZE + rows.length))}
          </span>
        )}
        <IconButton
          icon="left"
          label={t.previous}
          isDisabled={page === 0}
          onPress={() => turn(page - 1)}
        />
        <IconButton
          icon="right"
          label={t.next}
          isDisabled={(data?.rows.length ?? 0) <= SIZE}
          onPress={() => turn(page + 1)}
        />
        <ButtonLink
          small
          to="/time-machine/$target"
          params={{ target }}
          search={{ at, view: 'query', sql: pageOf(table, 0, SIZE) }}
        >
          {t.openInSql}
        </ButtonLink>
      </div>
      {data === undefined ? null : <Warnings warnings={data.warnings} />}
      {error !== null ? <Failure error={error} onRetry={() => void refetch()} /> : null}
      {data === undefined && isFetching ? <Skeleton /> : null}
      {data !== undefined && error === null && rows.length === 0 ? (
        <Empty icon="tables" title={t.noRows} />
      ) : null}
      {rows.length > 0 && error === null ? (
        <ResultGrid
          label={table.table}
          rows={rows}
          fileName={partsOf(table.table).at(-1) ?? 'rows'}
        />
      ) : null}
    </>
  );
}
