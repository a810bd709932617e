import type { Change } from '../journal/change.ts';
import { oneLine, shownValue } from '../journal/value.ts';
import { useWording, type Wording } from './wording.ts';

/** So many fields are named on one line. */
const NAMED = 3;
/** A common beginning longer than this is cut to the few characters before what differs. */
const FAMILIAR = 16;
const KEPT = 8;

/** What a change did, on one line: the first fields that changed, or the first of the row. */
export function ChangeSummary({ change }: { change: Change }) {
  const wording = useWording();
  if (change.op === 'update') return <Updated change={change} wording={wording} />;
  const key = new Set(Object.keys(change.key ?? {}));
  const row = Object.entries(change.new ?? change.old ?? {});
  const telling = row.filter(([name, value]) => !key.has(name) && value !== null);
  return telling.slice(0, NAMED).map(([name, value]) => (
    <span key={name} className="pgr-summary-field">
      <span className="pgr-summary-name">{name}</span> {oneLine(value, 40)}
    </span>
  ));
}

function Updated({ change, wording }: { change: Change; wording: Wording }) {
  const [first, ...others] = change.changed;
  if (first === undefined) return null;
  const [before, after] = [change.old?.[first], change.new?.[first]];
  const same = sameBeginning(before, after);
  return (
    <span className="pgr-summary-field">
      <span className="pgr-summary-name">{first}</span>
      {others.length > 0 && (
        <span className="pgr-summary-others" title={change.changed.join(', ')}>
          +{wording.number(others.length)}
        </span>
      )}
      <span className="pgr-summary-before">{brief(before, same, wording)}</span>
      <span className="pgr-summary-arrow"> → </span>
      <span className="pgr-summary-after">{brief(after, same, wording)}</span>
    </span>
  );
}

/** How much of the beginning of both texts is the same and need not be said twice. */
function sameBeginning(before: unknown, after: unknown): number {
  if (typeof before !== 'string' || typeof after !== 'string') return 0;
  let length = 0;
  while (length < before.length && before[length] === after[length]) length += 1;
  return length > FAMILIAR ? length - KEPT : 0;
}

function brief(value: unknown, skipped: number, { messages }: Wording): string {
  const { kind } = shownValue(value);
  if (kind === 'absent') return messages.notRecorded;
  if (kind === 'empty' || kind === 'blank') return messages.emptyText;
  return skipped > 0 ? `…${oneLine(String(value).slice(skipped), 47)}` : oneLine(value, 48);
}
