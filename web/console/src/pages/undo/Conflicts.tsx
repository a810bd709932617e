import type { Conflict } from '@pgrecall/api-client';
import { useState } from 'react';
import { Label, RadioGroup } from 'react-aria-components';
import { Link } from '@tanstack/react-router';

import { useFormats } from '../../messages/format.ts';
import { useMessages } from '../../messages/messages.ts';
import { Button, ButtonLink } from '../../parts/Button.tsx';
import { Section } from '../../parts/Page.tsx';
import { FailureNote, Note } from '../../parts/State.tsx';
import { Alternative } from '../../parts/Tick.tsx';
import { keyText } from '../../rows/value.ts';
import { messages } from './messages.ts';
import { useMakePlan } from './plan.ts';
import { decide, decided, policiesFor, type Policy } from './policies.ts';
import { isEmpty, type Wish } from './wish.ts';

interface ConflictsProps {
  target: string;
  wish: Wish;
  conflicts: readonly Conflict[];
  count: number;
}

/** What stands in the way of a plan, by its kind, with what can be done about it. */
export function Conflicts({ target, wish, conflicts, count }: ConflictsProps) {
  const t = useMessages(messages);
  const { number } = useFormats();
  const [settled, setSettled] = useState<readonly string[]>(wish.on_conflict ?? []);
  const make = useMakePlan(target);
  const kinds = [...new Set(conflicts.map(({ kind }) => kind))];
  const again = (changed: Wish) => make.mutate(changed);
  const canSettle = kinds.some((kind) => policiesFor(kind).length > 0);
  return (
    <Section title={t.conflicts} hint={t.conflictsCount(number(Math.max(count, conflicts.length)))}>
      <div className="rec-undo-conflicts">
        <p>{t.conflictsLead}</p>
        {kinds.map((kind) => (
          <Kind
            key={kind}
            kind={kind}
            target={target}
            conflicts={conflicts.filter((conflict) => conflict.kind === kind)}
            policy={decided(settled, kind)}
            onPolicy={(policy) => setSettled(decide(settled, kind, policy))}
            {...(isOfTransactions(wish) && {
              onAlso: (tx: number) =>
                again({ ...wish, transactions: [...(wish.transactions ?? []), String(tx)] }),
            })}
          />
        ))}
        {make.error === null ? null : <FailureNote error={make.error} />}
        {isEmpty(wish) ? (
          <Note>
            <p>{t.withoutWish}</p>
            <ButtonLink small to="/undo/$target" params={{ target }}>
              {t.begin}
            </ButtonLink>
          </Note>
        ) : (
          <Button
            kind="primary"
            isPending={make.isPending}
            isDisabled={!canSettle || settled.length === 0}
            onPress={() => again({ ...wish, on_conflict: [...settled] })}
          >
            {t.settleAnew}
          </Button>
        )}
      </div>
    </Section>
  );
}

/** Whether another transaction can be added: all that is given must fit, so nothing else may be. */
function isOfTransactions(wish: Wish): boolean {
  return (
    Object.keys(wish).every((name) => name === 'transactions' || name === 'on_conflict') &&
    !isEmpty(wish)
  );
}

interface KindProps {
  kind: string;
  target: string;
  conflicts: readonly Conflict[];
  policy: Policy;
  onPolicy: (policy: Policy) => void;
  /** Takes another transaction back, too. */
  onAlso?: (tx: number) => void;
}

function Kind({ kind, target, conflicts, policy, onPolicy, onAlso }: KindProps) {
  const t = useMessages(messages);
  const policies = policiesFor(kind);
  const later = [...new Set(conflicts.flatMap((conflict) => conflict.later))];
  return (
    <div className="rec-undo-kind">
      <h3>{t.kinds[kind] ?? kind}</h3>
      <ul className="rec-undo-conflict-rows">
        {conflicts.map((conflict, index) => (
          <li key={index}>
            <code>
              {conflict.table} {keyText(conflict.key)}
            </code>{' '}
            {conflict.message}
          </li>
        ))}
      </ul>
      {later.length === 0 ? null : (
        <p className="rec-undo-later">
          {t.later}{' '}
          {later.map((tx) => (
            <Link
              key={tx}
              to="/timeline/$target"
              params={{ target }}
              search={{ q: `tx:${tx}`, tx }}
            >
              {tx}
            </Link>
          ))}
          {onAlso === undefined
            ? null
            : later.map((tx) => (
                <Button key={tx} small onPress={() => onAlso(tx)}>
                  {t.alsoUndo(String(tx))}
                </Button>
              ))}
        </p>
      )}
      {policies.length === 0 ? (
        <Note kind="warn">{t.onlyAnew}</Note>
      ) : (
        <RadioGroup
          className="rec-undo-policies"
          value={policy}
          onChange={(value) => onPolicy(value as Policy)}
        >
          <Label className="only-read-aloud">{t.kinds[kind] ?? kind}</Label>
          {(['abort', ...policies] as const).map((name) => (
            <Alternative key={name} value={name} className="rec-undo-policy">
              <span className="rec-undo-policy-name">{t.policies[name]}</span>
              <span className="rec-undo-policy-hint">{t.policyHints[name]}</span>
            </Alternative>
          ))}
        </RadioGroup>
      )}
    </div>
  );
}
