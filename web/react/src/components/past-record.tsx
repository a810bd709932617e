import { useId } from 'react';
import type { Change } from '../journal/change.ts';
import { recordAt, type PastField, type RecordPast } from '../journal/record-past.ts';
import { actorOf } from '../journal/change.ts';
import { customProperties } from './custom-properties.ts';
import { Icon } from './icon.tsx';
import { Value } from './value.tsx';
import { useWording, type Wording } from './wording.ts';

interface PastRecordProps {
  /** Oldest first. */
  changes: readonly Change[];
  step: number;
  choose: (step: number) => void;
}

/** A record as it was after one of its changes, with who set each field. */
export function PastRecord({ changes, step, choose }: PastRecordProps) {
  const wording = useWording();
  const { messages, number } = wording;
  const past = recordAt(changes, step);
  const label = useId();
  const go = (to: number) => choose(Math.min(Math.max(to, 0), changes.length));
  return (
    <section className="pgr-past" aria-labelledby={label}>
      <div className="pgr-past-head">
        <h3 className="pgr-past-title" id={label} aria-live="polite">
          {titleOf(past, step, changes.length, wording)}
        </h3>
        <FateTag past={past} />
      </div>
      <div className="pgr-slider">
        <button
          type="button"
          className="pgr-icon-button pgr-turn-left"
          aria-label={messages.older}
          title={messages.older}
          aria-disabled={step === 0}
          onClick={() => go(step - 1)}
        >
          <Icon name="up" />
        </button>
        <input
          className="pgr-range"
          type="range"
          min={0}
          max={changes.length}
          step={1}
          value={step}
          aria-label={messages.asItWas}
          aria-valuetext={titleOf(past, step, changes.length, wording)}
          style={customProperties({ '--pgr-part': step / changes.length })}
          onChange={(event) => go(Number(event.target.value))}
        />
        <button
          type="button"
          className="pgr-icon-button pgr-turn-left"
          aria-label={messages.newer}
          title={messages.newer}
          aria-disabled={step === changes.length}
          onClick={() => go(step + 1)}
        >
          <Icon name="down" />
        </button>
        <span className="pgr-slider-step">
          {messages.step(number(step), number(changes.length))}
        </span>
      </div>
      <dl className="pgr-past-fields" data-fate={past.fate}>
        {past.fields.map((field) => (
          <Field key={field.name} field={field} isNew={isSetBy(field, past)} wording={wording} />
        ))}
      </dl>
    </section>
  );
}

function FateTag({ past }: { past: RecordPast }) {
  const { messages } = useWording();
  if (past.fate === 'present') return null;
  return (
    <span className="pgr-fate">
      {past.change === undefined ? messages.absent : messages.deletedRecord}
    </span>
  );
}

function titleOf(past: RecordPast, step: number, last: number, wording: Wording): string {
  const { messages, dateTime } = wording;
  if (step === last) return messages.now;
  return past.change ? messages.asOf(dateTime(past.change.at)) : messages.beforeFirst;
}

/** Whether the latest step set it: then it is what the eye looks for. */
function isSetBy({ setBy }: PastField, { change }: RecordPast): boolean {
  return setBy !== undefined && setBy === change && change.op === 'update';
}

function Field(props: { field: PastField; isNew: boolean; wording: Wording }) {
  const { field, isNew, wording } = props;
  const { messages, dateTime } = wording;
  const { setBy } = field;
  return (
    <div className="pgr-past-field" data-new={isNew}>
      <dt className="pgr-field-name">{field.name}</dt>
      <dd className="pgr-past-value">
        <Value value={field.value} />
      </dd>
      <dd className="pgr-blame" title={setBy?.reason ?? undefined}>
        <span className="pgr-unseen">{messages.setBy} </span>
        {setBy === undefined ? (
          field.isOriginal ? (
            messages.beforeTracking
          ) : (
            messages.unknownActor
          )
        ) : (
          <>
            <span className="pgr-blame-who">{actorOf(setBy) ?? messages.unknownActor}</span>
            <time dateTime={setBy.at}>{dateTime(setBy.at)}</time>
          </>
        )}
      </dd>
    </div>
  );
}
