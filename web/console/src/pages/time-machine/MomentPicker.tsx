import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Input, Label, TextField } from 'react-aria-components';

import { marksQuery } from '../../app/journal.ts';
import { timeZone } from '../../messages/format.ts';
import { useMessages } from '../../messages/messages.ts';
import { Button } from '../../parts/Button.tsx';
import { Choice } from '../../parts/Choice.tsx';
import { Segments } from '../../parts/Segments.tsx';
import { messages } from './messages.ts';
import {
  kindOfMoment,
  localOf,
  momentAt,
  timeOf,
  timeOfLocal,
  transactionOf,
  type MomentKind,
} from './moment.ts';

interface MomentPickerProps {
  target: string;
  moment: string;
  onMoment: (moment: string) => void;
}

const kinds = ['now', 'time', 'mark', 'transaction'] as const;
const stretches = ['15m', '1h', '1d'] as const;

/** Chooses a moment: now, a time, one with a name, or the side of a transaction. */
export function MomentPicker({ target, moment, onMoment }: MomentPickerProps) {
  const t = useMessages(messages);
  // Of what is still incomplete, such as a transaction without its number, only this field knows.
  const [begun, setBegun] = useState<MomentKind>();
  const kind = begun ?? kindOfMoment(moment);
  const choose = (next: string) => {
    setBegun(undefined);
    onMoment(next);
  };
  const turnTo = (next: MomentKind) => {
    if (next === 'now') choose('now');
    else if (next === 'time') choose(momentAt(timeOf(moment, Date.now()) ?? Date.now()));
    else setBegun(next === kindOfMoment(moment) ? undefined : next);
  };
  return (
    <div className="rec-tm-picker">
      <Segments
        label={t.kind}
        options={kinds.map((value) => ({ value, name: t.kinds[value] }))}
        value={kind}
        onChange={turnTo}
      />
      {kind === 'time' ? <TimeField moment={moment} onMoment={choose} /> : null}
      {kind === 'mark' ? <MarkField target={target} moment={moment} onMoment={choose} /> : null}
      {kind === 'transaction' ? <TransactionField moment={moment} onMoment={choose} /> : null}
    </div>
  );
}

type FieldProps = Omit<MomentPickerProps, 'target'>;

function TimeField({ moment, onMoment }: FieldProps) {
  const t = useMessages(messages);
  const [opened] = useState(() => Date.now());
  const time = timeOf(moment, opened);
  return (
    <>
      <input
        className="rec-input rec-tm-time"
        type="datetime-local"
        step={1}
        aria-label={t.time}
        title={t.zone(timeZone)}
        value={time === undefined ? '' : localOf(time)}
        onChange={({ target: { value } }) => {
          const typed = timeOfLocal(value);
          if (typed !== undefined) onMoment(momentAt(typed));
        }}
      />
      <div className="rec-tm-relative">
        {stretches.map((stretch) => (
          <Button
            key={stretch}
            small
            kind="quiet"
            onPress={() => onMoment(momentAt(timeOf(stretch, Date.now()) ?? 0))}
          >
            {t.relative[stretch] ?? stretch}
          </Button>
        ))}
      </div>
    </>
  );
}

function MarkField({ target, moment, onMoment }: MomentPickerProps) {
  const t = useMessages(messages);
  const { data: marks = [] } = useQuery(marksQuery(target));
  if (marks.length === 0) return <p className="rec-tm-hint">{t.noMarks}</p>;
  const options = marks.map(({ name, reason }) => ({
    value: `mark:${name}`,
    name,
    hint: reason ?? undefined,
  }));
  return (
    <div className="rec-tm-mark">
      <Choice
        label={t.mark}
        hideLabel
        options={options}
        value={moment.startsWith('mark:') ? moment : null}
        onChange={onMoment}
      />
    </div>
  );
}

function TransactionField({ moment, onMoment }: FieldProps) {
  const t = useMessages(messages);
  const given = transactionOf(moment);
  const [side, setSide] = useState<'before' | 'after'>(given?.side ?? 'before');
  const [tx, setTx] = useState(given?.tx ?? '');
  const choose = (nextSide: 'before' | 'after', nextTx: string) => {
    setSide(nextSide);
    setTx(nextTx);
    if (/^\d{1,15}$/.test(nextTx)) onMoment(`${nextSide}:tx:${nextTx}`);
  };
  return (
    <>
      <Segments
        label={t.side}
        options={[
          { value: 'before', name: t.before },
          { value: 'after', name: t.after },
        ]}
        value={side}
        onChange={(next) => choose(next, tx)}
      />
      <TextField
        className="rec-tm-transaction"
        value={tx}
        inputMode="numeric"
        onChange={(typed) => choose(side, typed.replace(/\D/g, ''))}
      >
        <Label className="only-read-aloud">{t.transaction}</Label>
        <Input className="rec-input rec-input-mono" placeholder="4711" />
      </TextField>
    </>
  );
}
