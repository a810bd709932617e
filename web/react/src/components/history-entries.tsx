import { useState } from 'react';
import type { Change } from '../journal/change.ts';
import { ActorName } from './actor-name.tsx';
import { FieldList, pairOf } from './change-diff.tsx';
import { Icon } from './icon.tsx';
import { OperationTag } from './operation-tag.tsx';
import { useWording } from './wording.ts';

interface HistoryEntriesProps {
  /** Oldest first. */
  changes: readonly Change[];
  /** After how many of them the record is looked at; undefined where it is not. */
  step: number | undefined;
  choose: (step: number) => void;
}

/** So many are shown at first, and with each further request. */
const AT_ONCE = 25;

/** The changes of a record, the newest first, each with what it did to the fields. */
export function HistoryEntries({ changes, step, choose }: HistoryEntriesProps) {
  const { messages, number } = useWording();
  const [count, setCount] = useState(AT_ONCE);
  const rest = changes.length - count;
  return (
    <div className="pgr-history-changes">
      <ol className="pgr-entries" aria-label={messages.history}>
        {changes
          .map((change, index) => ({ change, step: index + 1 }))
          .reverse()
          .slice(0, count)
          .map((entry) => (
            <Entry
              key={entry.change.id}
              change={entry.change}
              isChosen={entry.step === step}
              isLater={step !== undefined && entry.step > step}
              choose={step === undefined ? undefined : () => choose(entry.step)}
            />
          ))}
      </ol>
      {rest > 0 && (
        <button type="button" className="pgr-button" onClick={() => setCount(count + AT_ONCE)}>
          {messages.earlierChanges(rest, number(rest))}
        </button>
      )}
    </div>
  );
}

interface EntryProps {
  change: Change;
  isChosen: boolean;
  /** Whether it was made after the moment that is looked at. */
  isLater: boolean;
  choose: (() => void) | undefined;
}

function Entry({ change, isChosen, isLater, choose }: EntryProps) {
  const { messages, dateTime, exactTime } = useWording();
  const at = (
    <time dateTime={change.at} title={exactTime(change.at)}>
      {dateTime(change.at)}
    </time>
  );
  return (
    <li className="pgr-entry" data-op={change.op} data-chosen={isChosen} data-later={isLater}>
      <div className="pgr-entry-head">
        <OperationTag op={change.op} />
        <ActorName who={change} />
        {choose ? (
          <button
            type="button"
            className="pgr-link pgr-entry-time"
            aria-pressed={isChosen}
            title={messages.asOf(exactTime(change.at))}
            onClick={choose}
          >
            {at}
          </button>
        ) : (
          <span className="pgr-entry-time">{at}</span>
        )}
      </div>
      {change.reason && <p className="pgr-entry-why">{change.reason}</p>}
      {change.undone_by.length > 0 && (
        <p className="pgr-undone-by">
          <Icon name="undone" />
          {messages.undoneBy(change.undone_by.join(', '))}
        </p>
      )}
      <FieldList rows={pairOf(change)} offersUnchanged={false} />
    </li>
  );
}
