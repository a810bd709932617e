import type { Change } from '../journal/change.ts';
import { ActorName } from './actor-name.tsx';
import { ChangeSummary } from './change-summary.tsx';
import { Icon } from './icon.tsx';
import { OperationTag } from './operation-tag.tsx';
import { RecordName } from './record-name.tsx';
import { useWording } from './wording.ts';

interface ChangeRowProps {
  change: Change;
  isOpen: boolean;
  /** Whether it came just now. */
  isFresh: boolean;
  /** Whether the tabulator key stops here; the arrow keys go on from there. */
  isTabbable: boolean;
  open: (change: Change) => void;
}

/** A change on one line. */
export function ChangeRow(props: ChangeRowProps) {
  const { change, isOpen, isFresh, isTabbable, open } = props;
  const { messages, time, exactTime } = useWording();
  const isUndone = change.undone_by.length > 0;
  return (
    <button
      type="button"
      className="pgr-row"
      data-open={isOpen}
      data-fresh={isFresh}
      tabIndex={isTabbable ? 0 : -1}
      aria-haspopup="dialog"
      onClick={() => open(change)}
    >
      <time className="pgr-row-time" dateTime={change.at} title={exactTime(change.at)}>
        {time(change.at)}
      </time>
      <OperationTag op={change.op} />
      <RecordName table={change.table} keyOf={change.key} />
      <span className="pgr-row-summary">
        <ChangeSummary change={change} />
      </span>
      <span className="pgr-row-why" title={change.reason ?? undefined}>
        {isUndone && (
          <span className="pgr-undone">
            <Icon name="undone" />
            {messages.undone}
          </span>
        )}
        {change.reason}
      </span>
      <ActorName who={change} />
    </button>
  );
}
