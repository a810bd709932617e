import { useMemo, useState } from 'react';
import { useAuditLog, type UseAuditLogOptions } from '../hooks/use-audit-log.ts';
import { byTransaction, type TransactionGroup } from '../journal/transactions.ts';
import { displayName } from '../journal/table-name.ts';
import { ActorName } from './actor-name.tsx';
import { FieldList, pairOf } from './change-diff.tsx';
import { Icon } from './icon.tsx';
import { LiveToggle } from './live-toggle.tsx';
import { Notice, ProblemNotice } from './notice.tsx';
import { OperationTag } from './operation-tag.tsx';
import { RecordName } from './record-name.tsx';
import { Root, type RootProps } from './root.tsx';
import { useWording } from './wording.ts';

/** Which changes. */
export interface TimelineProps extends RootProps, UseAuditLogOptions {
  title?: string | undefined;
}

/** What was done, one transaction after the other: what was committed together stands together. */
export function Timeline({ className, theme, title, ...options }: TimelineProps) {
  const { messages, number } = useWording();
  const log = useAuditLog(options);
  const [isHeld, setHeld] = useState(false);
  const groups = useMemo(() => byTransaction(log.changes), [log.changes]);
  // The last may go on on the next page.
  const whole = log.hasMore ? groups.slice(0, -1) : groups;
  return (
    <Root kind="timeline" label={title ?? messages.timeline} className={className} theme={theme}>
      <header className="pgr-bar">
        <h2 className="pgr-title">{title ?? messages.timeline}</h2>
        <LiveToggle log={log} isHeld={isHeld} setHeld={setHeld} />
      </header>
      {log.error && <ProblemNotice problem={log.error} retry={log.reload} />}
      {groups.length === 0 && log.isLoading && (
        <p className="pgr-end" role="status">
          {messages.loading}
        </p>
      )}
      {groups.length === 0 && !log.isLoading && !log.error && (
        <Notice icon="empty" title={messages.noChanges} hint={messages.noChangesHint} />
      )}
      <ol className="pgr-entries pgr-transactions">
        {(whole.length > 0 ? whole : groups).map((group) => (
          <Transaction key={group.tx} group={group} isFresh={log.fresh.has(group.first.id)} />
        ))}
      </ol>
      {log.hasMore && (
        <button type="button" className="pgr-button" onClick={log.loadMore}>
          {log.isLoadingMore ? messages.loadingMore : messages.loadMore}
        </button>
      )}
      {!log.hasMore && groups.length > 0 && (
        <p className="pgr-end">
          {messages.noMore} · {messages.transactions(groups.length, number(groups.length))}
        </p>
      )}
    </Root>
  );
}

/** So many changes of a transaction are shown at once. */
const SHOWN = 50;

function Transaction({ group, isFresh }: { group: TransactionGroup; isFresh: boolean }) {
  const { messages, number, dateTime, exactTime } = useWording();
  const [isOpen, setOpen] = useState(false);
  const { first, changes, counts } = group;
  const rest = changes.length - SHOWN;
  return (
    <li className="pgr-entry" data-op={counts[0]?.operation} data-fresh={isFresh}>
      <div className="pgr-entry-head">
        <ActorName who={first} />
        <span className="pgr-entry-reason">{first.reason}</span>
        <span className="pgr-entry-time">
          <time dateTime={first.at} title={exactTime(first.at)}>
            {dateTime(first.at)}
          </time>
        </span>
        <span className="pgr-entry-place">{first.application}</span>
      </div>
      <div className="pgr-transaction-parts">
        {counts.map(({ table, operation, count }) => (
          <span key={`${operation} ${table}`} className="pgr-transaction-part">
            <OperationTag op={operation} />
            <span title={table}>{displayName(table).table}</span>
            <span className="pgr-count">{number(count)}</span>
          </span>
        ))}
        <button
          type="button"
          className="pgr-link"
          aria-expanded={isOpen}
          onClick={() => setOpen(!isOpen)}
        >
          <Icon name={isOpen ? 'up' : 'down'} />
          {isOpen ? messages.hideChanges : messages.showChanges}
        </button>
      </div>
      {isOpen && (
        <ul className="pgr-transaction-changes">
          {changes.slice(0, SHOWN).map((change) => (
            <li key={change.id} className="pgr-transaction-change">
              <RecordName table={change.table} keyOf={change.key} />
              <FieldList rows={pairOf(change)} />
            </li>
          ))}
          {rest > 0 && <li className="pgr-end">+{messages.changes(rest, number(rest))}</li>}
        </ul>
      )}
    </li>
  );
}
