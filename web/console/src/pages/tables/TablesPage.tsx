import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';

import './tables.css';
import { standingQuery, tablesQuery, uncoveredQuery } from '../../app/journal.ts';
import type { Wire } from '../../app/api.ts';
import { useFormats } from '../../messages/format.ts';
import { useMessages } from '../../messages/messages.ts';
import { Dialog } from '../../parts/Dialog.tsx';
import { Figures } from '../../parts/Facts.tsx';
import { Moment } from '../../parts/Moment.tsx';
import { Page, Section } from '../../parts/Page.tsx';
import { Failure, Skeleton } from '../../parts/State.tsx';
import { Gaps } from './Gaps.tsx';
import { messages } from './messages.ts';
import { tablesRoute } from './route.ts';
import { TableDetails } from './TableDetails.tsx';
import { Tracked } from './Tracked.tsx';
import { Untracked } from './Untracked.tsx';

/** What is recorded and how, what is not, and where something may be missing. */
export function TablesPage() {
  const t = useMessages(messages);
  const { target } = tablesRoute.useParams();
  const { table } = tablesRoute.useSearch();
  const navigate = useNavigate({ from: '/tables/$target' });
  const standing = useQuery(standingQuery(target));
  const tables = useQuery(tablesQuery(target));
  const uncovered = useQuery(uncoveredQuery(target));
  if (tables.isError) {
    return (
      <Page title={t.title}>
        <Failure error={tables.error} onRetry={() => void tables.refetch()} />
      </Page>
    );
  }
  return (
    <Page title={t.title}>
      {standing.data === undefined ? (
        <div className="rec-figures-place" />
      ) : (
        <Standing standing={standing.data} uncovered={uncovered.data} />
      )}
      <Section title={t.tracked} hint={t.trackedHint}>
        {tables.isPending ? <Skeleton lines={8} /> : <Tracked tables={tables.data} />}
      </Section>
      {tables.data === undefined ? null : <Gaps tables={tables.data} />}
      {uncovered.data === undefined ? null : <Untracked tables={uncovered.data} />}
      <Dialog
        place="side"
        title={<code>{table}</code>}
        isOpen={table !== undefined}
        onClose={() => void navigate({ search: {} })}
      >
        {table === undefined ? null : <TableDetails target={target} table={table} />}
      </Dialog>
    </Page>
  );
}

interface StandingProps {
  standing: Wire<'Standing'>;
  uncovered: readonly Wire<'Uncovered'>[] | undefined;
}

function Standing({ standing, uncovered }: StandingProps) {
  const t = useMessages(messages);
  const { number, bytes, percent } = useFormats();
  // It is estimated by statistics, which know nothing yet of a journal that has just begun.
  const isUncounted = standing.changes === 0 && standing.oldest;
  const share = standing.bytes / Math.max(standing.database_bytes, 1);
  return (
    <Figures
      figures={[
        [t.tracked, number(standing.tracked)],
        [t.untracked, uncovered === undefined ? '–' : number(uncovered.length)],
        [t.gaps, number(standing.open_gaps)],
        [t.changes, isUncounted ? '–' : number(standing.changes)],
        [
          t.journal,
          <span key="size" title={t.ofDatabase(percent(share))}>
            {bytes(standing.bytes)}
          </span>,
        ],
        [t.since, standing.oldest ? <Moment key="since" at={standing.oldest} as="short" /> : '–'],
      ]}
    />
  );
}
