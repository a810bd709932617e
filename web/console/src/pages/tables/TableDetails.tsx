import { queryOptions, useQuery } from '@tanstack/react-query';

import { api, type Wire } from '../../app/api.ts';
import { useFormats } from '../../messages/format.ts';
import { useMessages } from '../../messages/messages.ts';
import { ButtonLink } from '../../parts/Button.tsx';
import { DataTable, type Column } from '../../parts/DataTable.tsx';
import { Badge, Facts, type Tone } from '../../parts/Facts.tsx';
import { Moment } from '../../parts/Moment.tsx';
import { Failure, FailureNote, Skeleton } from '../../parts/State.tsx';
import { writeQuery } from '../timeline/query.ts';
import { Classes } from './Classes.tsx';
import { messages } from './messages.ts';

type Field = Wire<'TableColumn'>;

const tableQuery = (target: string, table: string) =>
  queryOptions({
    queryKey: ['table', target, table],
    queryFn: ({ signal }) =>
      api.get('/v1/targets/{target}/tables/{table}', {
        params: { path: { target, table } },
        signal,
      }),
  });

const growthQuery = (target: string, table: string) =>
  queryOptions({
    queryKey: ['growth', target, table],
    queryFn: ({ signal }) =>
      api.get('/v1/targets/{target}/tables/{table}/growth', {
        params: { path: { target, table }, query: { days: 30 } },
        signal,
      }),
  });

/** One table: its columns and how they are recorded, and what it adds to the journal. */
export function TableDetails({ target, table }: { target: string; table: string }) {
  const t = useMessages(messages);
  const found = useQuery(tableQuery(target, table));
  if (found.isError) {
    return <Failure error={found.error} onRetry={() => void found.refetch()} />;
  }
  if (found.isPending) return <Skeleton lines={10} />;
  return (
    <div className="rec-table-details">
      <Facts
        facts={[
          [t.since, <Moment key="since" at={found.data.since} />],
          [t.key, found.data.key.join(', ') || t.noKey],
          [
            t.classes,
            found.data.classes.length > 0 ? (
              <Classes key="classes" classes={found.data.classes} />
            ) : null,
          ],
        ]}
      />
      <ButtonLink
        small
        icon="timeline"
        to="/timeline/$target"
        params={{ target }}
        search={{ q: writeQuery([{ name: 'table', value: table }]) }}
      >
        {t.inTimeline}
      </ButtonLink>
      <GrowthChart target={target} table={table} />
      <FieldList fields={found.data.fields} />
    </div>
  );
}

const tones: Record<string, Tone> = { hash: 'warn', not: 'plain' };

function FieldList({ fields }: { fields: readonly Field[] }) {
  const t = useMessages(messages);
  const names: Record<string, string> = t.recorded;
  const columns: Column<Field>[] = [
    {
      id: 'column',
      name: t.column,
      cell: ({ column, key }) => (
        <>
          <code>{column}</code> {key ? <Badge>{t.key}</Badge> : null}
        </>
      ),
    },
    { id: 'classes', name: t.classes, cell: ({ classes }) => <Classes classes={classes} /> },
    { id: 'type', name: t.type, cell: ({ type }) => <code>{type}</code> },
    {
      id: 'how',
      name: t.how,
      cell: ({ recorded }) =>
        recorded === 'whole' ? (
          names[recorded]
        ) : (
          <Badge tone={tones[recorded] ?? 'plain'}>{names[recorded] ?? recorded}</Badge>
        ),
    },
  ];
  return (
    <DataTable label={t.columns} columns={columns} rows={fields} keyOf={({ column }) => column} />
  );
}

const days = 30;
const dayLength = 86_400_000;
const height = 48;

/** What the table added to the journal on each of the last days. */
function GrowthChart({ target, table }: { target: string; table: string }) {
  const t = useMessages(messages);
  const { number, bytes } = useFormats();
  const growth = useQuery(growthQuery(target, table));
  if (growth.isError) return <FailureNote error={growth.error} />;
  if (growth.isPending) return <Skeleton lines={3} />;
  const grown = growth.data.days;
  const most = Math.max(1, ...grown.map((day) => day.bytes));
  const today = Date.parse(new Date(growth.dataUpdatedAt).toISOString().slice(0, 10));
  const sum = (name: 'changes' | 'bytes') => grown.reduce((total, day) => total + day[name], 0);
  const label = t.growth(number(sum('changes')), bytes(sum('bytes')));
  return (
    <figure className="rec-growth">
      <figcaption>{label}</figcaption>
      <svg
        viewBox={`0 0 ${days} ${height}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={label}
      >
        {grown.map((day) => {
          const place = days - 1 - (today - Date.parse(day.day)) / dayLength;
          const tall = Math.max((day.bytes / most) * height, 1);
          return (
            <rect key={day.day} x={place + 0.1} width="0.8" y={height - tall} height={tall}>
              <title>{`${day.day}: ${bytes(day.bytes)}`}</title>
            </rect>
          );
        })}
      </svg>
    </figure>
  );
}
