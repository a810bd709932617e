import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';

import type { Wire } from '../../app/api.ts';
import { undoLink } from '../../app/undoLink.ts';
import { useFormats } from '../../messages/format.ts';
import { useMessages } from '../../messages/messages.ts';
import { ButtonAnchor, IconButton } from '../../parts/Button.tsx';
import { Moment } from '../../parts/Moment.tsx';
import { Note } from '../../parts/State.tsx';
import { Value } from '../../parts/Value.tsx';
import { messages } from './messages.ts';
import { pastAt, type PastField } from './past.ts';
import { recordRoute } from './route.ts';

type Steps = readonly Wire<'Change'>[][];

/** The record as it was after one of its transactions, and the way back to that. */
export function PastCard({ steps }: { steps: Steps }) {
  const t = useMessages(messages);
  const { target } = recordRoute.useParams();
  const { table, key = '', step: asked = steps.length } = recordRoute.useSearch();
  const step = Math.min(asked, steps.length);
  const past = pastAt(steps, step);
  const isNow = step === steps.length;
  const tx = steps[step - 1]?.[0]?.tx;
  const wish = {
    ...(table !== undefined && { tables: [table] }),
    key,
    ...(tx !== undefined && { since: `after:tx:${tx}` }),
  };
  return (
    <section className="rec-section rec-past" aria-label={t.asItWas}>
      <header className="rec-section-head">
        <h2 className="rec-section-title">{isNow ? t.asItIs : t.asItWas}</h2>
        {isNow ? null : (
          <ButtonAnchor small icon="restore" href={undoLink(target, wish)}>
            {t.restoreRecord}
          </ButtonAnchor>
        )}
      </header>
      <StepSlider steps={steps} step={step} />
      {past.fate === 'absent' ? (
        <div className="rec-past-note">
          <Note>{isNow ? t.absentNow : t.absent}</Note>
        </div>
      ) : null}
      <FieldTable
        fields={past.fields}
        linkOf={isNow ? undefined : (name) => undoLink(target, { ...wish, columns: [name] })}
      />
    </section>
  );
}

function StepSlider({ steps, step }: { steps: Steps; step: number }) {
  const t = useMessages(messages);
  const { dateTime } = useFormats();
  const navigate = useNavigate({ from: '/record/$target' });
  const choose = (place: number) =>
    void navigate({
      search: ({ table, key }) => ({
        ...(table !== undefined && { table }),
        ...(key !== undefined && { key }),
        ...(place < steps.length && { step: place }),
      }),
      replace: true,
    });
  const change = steps[step - 1]?.[0];
  const name =
    step === steps.length
      ? t.now
      : change === undefined
        ? t.beforeAll
        : dateTime(new Date(change.at));
  return (
    <div className="rec-past-slider">
      <div className="rec-past-moment">
        <span>{name}</span>
        <span className="rec-section-hint">
          {step} / {steps.length}
        </span>
      </div>
      <div className="rec-past-track">
        <IconButton
          icon="left"
          label={t.earlier}
          isDisabled={step === 0}
          onPress={() => choose(step - 1)}
        />
        <input
          type="range"
          min={0}
          max={steps.length}
          value={step}
          aria-label={t.asItWas}
          aria-valuetext={name}
          onChange={(event) => choose(Number(event.target.value))}
        />
        <IconButton
          icon="right"
          label={t.later}
          isDisabled={step === steps.length}
          onPress={() => choose(step + 1)}
        />
      </div>
    </div>
  );
}

/** A row of more fields can be searched. */
const many = 24;

interface FieldTableProps {
  fields: readonly PastField[];
  /** Where a field is restored. */
  linkOf: ((name: string) => string) | undefined;
}

function FieldTable({ fields, linkOf }: FieldTableProps) {
  const t = useMessages(messages);
  const [wanted, setWanted] = useState('');
  const found = fields.filter(({ name }) => name.toLowerCase().includes(wanted.toLowerCase()));
  if (fields.length === 0) return null;
  return (
    <>
      {fields.length > many ? (
        <div className="rec-past-note">
          <input
            className="rec-input"
            type="search"
            value={wanted}
            placeholder={t.findField}
            aria-label={t.findField}
            onChange={(event) => setWanted(event.target.value)}
          />
        </div>
      ) : null}
      <dl className="rec-past-fields">
        {found.map(({ name, value, setBy, isOther }) => (
          <div key={name} className="rec-past-field" data-other={isOther}>
            <dt>
              <code>{name}</code>
            </dt>
            <dd>
              <span className="rec-past-value">
                <Value value={value} />
              </span>
              <span className="rec-past-by">
                {setBy === undefined ? (
                  t.before
                ) : (
                  <>
                    {setBy.actor ?? setBy.database_user} · <Moment at={setBy.at} as="ago" />
                  </>
                )}
              </span>
              {isOther && linkOf !== undefined ? (
                <ButtonAnchor
                  small
                  kind="quiet"
                  icon="restore"
                  href={linkOf(name)}
                  aria-label={t.restoreField(name)}
                >
                  {t.restore}
                </ButtonAnchor>
              ) : null}
            </dd>
          </div>
        ))}
      </dl>
    </>
  );
}
