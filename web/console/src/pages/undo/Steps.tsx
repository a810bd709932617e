import { useState } from 'react';

import './undo.css';
import type { Wire } from '../../app/api.ts';
import { useFormats } from '../../messages/format.ts';
import { useMessages } from '../../messages/messages.ts';
import { Button } from '../../parts/Button.tsx';
import { Badge, type Tone } from '../../parts/Facts.tsx';
import { Section } from '../../parts/Page.tsx';
import { RowChange } from '../../rows/RowChange.tsx';
import { keyText, rowOf } from '../../rows/value.ts';
import { messages } from './messages.ts';

type Step = Wire<'Step'>;
type TriedEffects = Wire<'Effects'>;

/** How many steps are added at a time. */
const PAGE = 20;

const tones: Readonly<Record<string, Tone>> = {
  insert: 'insert',
  update: 'update',
  delete: 'delete',
};

interface StepsProps {
  steps: readonly Step[];
  total: number;
  /** Asks for more, where not all of them are here. */
  onMore?: () => void;
}

/** The rows of a plan: what each is now and what it would be. */
export function Steps({ steps, total, onMore }: StepsProps) {
  const t = useMessages(messages);
  const { number } = useFormats();
  const [count, setCount] = useState(PAGE);
  const shown = steps.slice(0, count);
  return (
    <Section
      title={t.steps}
      {...(total > shown.length && { hint: t.stepsShown(number(shown.length), number(total)) })}
    >
      <ol className="rec-undo-steps">
        {shown.map((step, index) => (
          // Steps have no name of their own; their order is fixed.
          <li key={index} className="rec-undo-step">
            <StepRow step={step} />
          </li>
        ))}
      </ol>
      {steps.length > shown.length || onMore !== undefined ? (
        <div className="rec-undo-more">
          <Button
            small
            onPress={() => {
              setCount(count + PAGE);
              // The next ones are there when these have been shown.
              if (steps.length <= count + PAGE) onMore?.();
            }}
          >
            {t.moreSteps}
          </Button>
        </div>
      ) : null}
    </Section>
  );
}

function StepRow({ step }: { step: Step }) {
  const t = useMessages(messages);
  const name = t.actions[step.action as keyof typeof t.actions];
  return (
    <>
      <p className="rec-undo-step-head">
        <Badge tone={tones[step.action] ?? 'plain'}>{name}</Badge>
        <code>{step.table}</code>
        <code className="rec-undo-step-key">{keyText(step.key)}</code>
      </p>
      <RowChange before={rowOf(step.expected)} after={rowOf(step.target)} />
    </>
  );
}

/** What happens along with a plan: foreign keys, triggers, locks. */
export function Effects({ effects }: { effects: TriedEffects }) {
  const t = useMessages(messages);
  const besides = countsIn(effects.side_effects);
  const differing = countsIn(effects.differing);
  return (
    <Section title={t.effects}>
      <div className="rec-undo-effects">
        {besides.length + differing.length === 0 ? <p>{t.noEffects}</p> : null}
        <Counts title={t.sideEffects} hint={t.sideEffectsHint} counts={besides} />
        <Counts title={t.differing} hint={t.differingHint} counts={differing} />
        <details className="rec-undo-locks">
          <summary>
            {t.locks} ({effects.locks.length})
          </summary>
          <ul>
            {effects.locks.map((lock) => (
              <li key={lock}>
                <code>{lock}</code>
              </li>
            ))}
          </ul>
        </details>
      </div>
    </Section>
  );
}

interface CountsProps {
  title: string;
  hint: string;
  counts: readonly (readonly [string, number])[];
}

function Counts({ title, hint, counts }: CountsProps) {
  const { number } = useFormats();
  if (counts.length === 0) return null;
  return (
    <div>
      <h3>{title}</h3>
      <p className="rec-undo-hint">{hint}</p>
      <ul>
        {counts.map(([table, rows]) => (
          <li key={table}>
            <code>{table}</code> {number(rows)}
          </li>
        ))}
      </ul>
    </div>
  );
}

function countsIn(counts: unknown): (readonly [string, number])[] {
  if (typeof counts !== 'object' || counts === null) return [];
  return Object.entries(counts).map(([table, rows]) => [table, Number(rows)] as const);
}
