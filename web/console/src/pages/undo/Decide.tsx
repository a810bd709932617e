import type { ProblemError } from '@pgrecall/api-client';

import type { Wire } from '../../app/api.ts';
import { useTarget } from '../../app/targets.ts';
import { useFormats } from '../../messages/format.ts';
import { useMessages } from '../../messages/messages.ts';
import { Button, ButtonLink } from '../../parts/Button.tsx';
import { Section } from '../../parts/Page.tsx';
import { FailureNote, Note } from '../../parts/State.tsx';
import { ApplyForm } from './ApplyForm.tsx';
import { messages } from './messages.ts';
import { useMakePlan, type Plan } from './plan.ts';
import { isEmpty, type Wish } from './wish.ts';

interface DecideProps {
  target: string;
  plan: Plan;
  wish: Wish;
  /** What it came to when it was tried. */
  effects: Wire<'Effects'> | undefined;
  /** The plan would be another one now. */
  isOutdated: boolean;
  /** Why it could not be tried. */
  problem: ProblemError | null;
}

/** What can be done with a plan as it stands now. */
export function Decide(props: DecideProps) {
  const { target, plan, wish, isOutdated, problem } = props;
  const t = useMessages(messages);
  if (plan.status === 'applied') return <Done target={target} plan={plan} />;
  if (plan.status === 'applying') {
    return (
      <Section title={t.applying} hint={t.applyingHint}>
        <p className="undo-trying" role="status">
          <span className="rec-spinner" aria-hidden="true" /> {t.applying}
        </p>
      </Section>
    );
  }
  const isExpired = new Date(plan.expires_at).getTime() <= Date.now();
  if (isExpired || isOutdated || plan.status === 'failed') {
    const why = plan.status === 'failed' ? t.failed : isExpired ? t.expired : t.anotherHint;
    return (
      <Section title={t.decide}>
        <div className="undo-decide">
          <Note kind="warn">{why}</Note>
          <Anew target={target} wish={wish} />
        </div>
      </Section>
    );
  }
  return (
    <Section title={t.decide}>
      <div className="undo-decide">
        {problem === null ? <Decision {...props} /> : <FailureNote error={problem} />}
      </div>
    </Section>
  );
}

function Decision({ target, plan, effects }: DecideProps) {
  const t = useMessages(messages);
  const { number } = useFormats();
  const needsApproval = useTarget()?.requires_approval ?? false;
  if (plan.conflicts > 0) {
    return <Note kind="warn">{t.conflictsCount(number(plan.conflicts))}</Note>;
  }
  if (effects === undefined) return <p className="undo-hint">{t.notTriedHint}</p>;
  return (
    <>
      <Note kind="good">{t.tried(`${number(effects.duration_ms)} ms`)}</Note>
      {needsApproval ? (
        <Note kind="warn">
          <p>{t.needsApproval}</p>
          <p>{t.notHere}</p>
        </Note>
      ) : (
        <ApplyForm target={target} plan={plan} />
      )}
    </>
  );
}

/** Makes the plan again, or leads to where one is made. */
function Anew({ target, wish }: { target: string; wish: Wish }) {
  const t = useMessages(messages);
  const make = useMakePlan(target);
  if (isEmpty(wish)) {
    return (
      <ButtonLink to="/undo/$target" params={{ target }}>
        {t.begin}
      </ButtonLink>
    );
  }
  return (
    <>
      <Button kind="primary" isPending={make.isPending} onPress={() => make.mutate(wish)}>
        {t.another}
      </Button>
      {make.error === null ? null : <FailureNote error={make.error} />}
    </>
  );
}

function Done({ target, plan }: { target: string; plan: Plan }) {
  const t = useMessages(messages);
  const tx = plan.tx;
  return (
    <Section title={t.done}>
      <div className="undo-decide" role="status">
        <Note kind="good">{tx ? t.doneHint(String(tx)) : t.doneNothing}</Note>
        {tx ? (
          <>
            <ButtonLink
              icon="timeline"
              to="/timeline/$target"
              params={{ target }}
              search={{ q: `tx:${tx}`, tx }}
            >
              {t.showTx}
            </ButtonLink>
            <ButtonLink
              icon="undo"
              to="/undo/$target"
              params={{ target }}
              search={{ transactions: [String(tx)] }}
            >
              {t.undoUndo}
            </ButtonLink>
          </>
        ) : null}
      </div>
    </Section>
  );
}
