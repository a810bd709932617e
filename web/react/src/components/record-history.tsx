import { useState } from 'react';
import { useRecordHistory, type RecordChanges } from '../hooks/use-record-history.ts';
import { keyLabel, type RecordId } from '../journal/record-key.ts';
import { GapNotice } from './gap-notice.tsx';
import { HistoryEntries } from './history-entries.tsx';
import { Notice, ProblemNotice } from './notice.tsx';
import { PastRecord } from './past-record.tsx';
import { RecordName } from './record-name.tsx';
import { Root, type RootProps } from './root.tsx';
import { useWording } from './wording.ts';

/** Which record. */
export interface RecordHistoryProps extends RootProps {
  tableName: string;
  recordId: RecordId;
  /** Whether the record as it was is shown beside its changes; it is without it. */
  showPast?: boolean | undefined;
}

/** What happened to a record, and how it was at each step, with who set each field. */
export function RecordHistory(props: RecordHistoryProps) {
  const { tableName, recordId, className, theme } = props;
  const { messages } = useWording();
  const { data, error, reload } = useRecordHistory(tableName, recordId);
  const key = typeof recordId === 'object' ? recordId : { key: recordId };
  return (
    <Root kind="record-history" label={messages.history} className={className} theme={theme}>
      <header className="pgr-bar">
        <h2 className="pgr-title">{messages.history}</h2>
        <RecordName table={tableName} keyOf={data?.changes.at(-1)?.key ?? key} />
      </header>
      {data === undefined && error && <ProblemNotice problem={error} retry={reload} />}
      {data === undefined && !error && <LoadingHistory />}
      {/* Another record begins at its own end. */}
      {data && <Loaded key={`${tableName} ${keyLabel(key)}`} data={data} {...props} />}
    </Root>
  );
}

function Loaded({
  data,
  showPast = true,
}: {
  data: RecordChanges;
  showPast?: boolean | undefined;
}) {
  const { messages } = useWording();
  // Undefined is the present, also when more changes are loaded.
  const [chosen, setChosen] = useState<number>();
  const { changes, gaps } = data;
  if (changes.length === 0) {
    return (
      <>
        <GapNotice gaps={gaps} />
        <Notice icon="clock" title={messages.unknownRecord} hint={messages.unknownRecordHint} />
      </>
    );
  }
  const step = Math.min(chosen ?? changes.length, changes.length);
  const choose = (next: number) => setChosen(next === changes.length ? undefined : next);
  return (
    <>
      <GapNotice gaps={gaps} />
      <div className="pgr-history" data-past={showPast}>
        {showPast && <PastRecord changes={changes} step={step} choose={choose} />}
        <HistoryEntries changes={changes} step={showPast ? step : undefined} choose={choose} />
      </div>
    </>
  );
}

function LoadingHistory() {
  const { messages } = useWording();
  return (
    <div className="pgr-loading" role="status">
      <span className="pgr-unseen">{messages.loading}</span>
      {Array.from({ length: 5 }, (_, index) => (
        <div key={index} className="pgr-loading-row" aria-hidden="true">
          <span className="pgr-loading-bar" />
          <span className="pgr-loading-bar" />
        </div>
      ))}
    </div>
  );
}
