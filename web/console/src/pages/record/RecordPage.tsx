import { useQuery } from '@tanstack/react-query';

import './record.css';
import type { Wire } from '../../app/api.ts';
import { useMessages } from '../../messages/messages.ts';
import { ButtonLink } from '../../parts/Button.tsx';
import { Page } from '../../parts/Page.tsx';
import { Empty, Failure, Note, Skeleton } from '../../parts/State.tsx';
import { writeQuery } from '../timeline/query.ts';
import { ChooseRecord } from './ChooseRecord.tsx';
import { History } from './History.tsx';
import { historyQuery } from './history.ts';
import { messages } from './messages.ts';
import { stepsOf } from './past.ts';
import { PastCard } from './PastCard.tsx';
import { recordRoute } from './route.ts';

/** What happened to a record, and how it was at each moment of it. */
export function RecordPage() {
  const t = useMessages(messages);
  const { table, key } = recordRoute.useSearch();
  if (table === undefined || key === undefined) {
    return (
      <Page title={t.title}>
        <ChooseRecord />
      </Page>
    );
  }
  return <Record key={`${table} ${key}`} table={table} recordKey={key} />;
}

function Record({ table, recordKey }: { table: string; recordKey: string }) {
  const t = useMessages(messages);
  const { target } = recordRoute.useParams();
  const history = useQuery(historyQuery(target, table, recordKey));
  const q = writeQuery([
    { name: 'table', value: table },
    { name: 'key', value: recordKey },
  ]);
  return (
    <Page
      title={`${table} ${recordKey}`}
      heading={
        <>
          <code>{table}</code> <code className="rec-record-key">{recordKey}</code>
        </>
      }
      actions={
        <ButtonLink to="/timeline/$target" params={{ target }} search={{ q }} icon="timeline">
          {t.inTimeline}
        </ButtonLink>
      }
    >
      {history.isError ? (
        <Failure error={history.error} onRetry={() => void history.refetch()} />
      ) : history.isPending ? (
        <Skeleton lines={14} />
      ) : (
        <Loaded history={history.data} />
      )}
    </Page>
  );
}

function Loaded({ history: { changes, gaps } }: { history: Wire<'History'> }) {
  const t = useMessages(messages);
  if (changes.length === 0) {
    return (
      <Empty icon="clock" title={t.none}>
        {t.noneText}
      </Empty>
    );
  }
  const steps = stepsOf(changes);
  return (
    <>
      {gaps.length > 0 ? (
        <Note kind="warn">
          {t.gaps} {[...new Set(gaps.map(({ means }) => means))].join(', ')}
        </Note>
      ) : null}
      <div className="rec-record">
        <History steps={steps} />
        <PastCard steps={steps} />
      </div>
    </>
  );
}
