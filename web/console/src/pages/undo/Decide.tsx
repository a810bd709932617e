import type { ProblemError } from '@pgrecall/api-client';
import { useMutationState } from '@tanstack/react-query';
import { useState } from 'react';

import { useFormats } from '../../messages/format.ts';
import { useMessages } from '../../messages/messages.ts';
import { Button, ButtonLink } from '../../parts/Button.tsx';
import { Dialog } from '../../parts/Dialog.tsx';
import { Section } from '../../parts/Page.tsx';
import { useNow } from '../../parts/now.ts';
import { FailureNote, Note } from '../../parts/State.tsx';
import { ApplyForm } from './ApplyForm.tsx';
import { AskApproval } from './AskApproval.tsx';
import { messages } from './messages.ts';
import { applyKey, useMakePlan, type Plan } from './plan.ts';
import { isEmpty, type Wish } from './wish.ts';

interface DecideProps {
  target: string;
  plan: Plan;
  wish: Wish;
  /** Whether the one who looks may take changes back. */
  mayUndo: boolean;
  /** The plan would be another one now. */
  isOutdated: boolean;
  /** Why it could not be tried. */
  problem: ProblemError | null;
}

/** What can be done with a plan as it stands now. */
export function Decide(props: DecideProps) {
  const { target, plan, wish, isOutdated, problem } = props;
  const t = useMessages(messages);
  const now = useNow(30_000);
  const failures = useMutationState({
    filters: { mutationKey: applyKey(plan.id), status: 'error' },
    select: ({ state }) => state.error,
  });
  if (plan.status === 'applied') return <Done target={target} plan={plan} />;
  if (plan.status === 'applying') {
    return (
      <Section title={t.applying} hint={t.applyingHint}>
        <p className="rec-undo-trying" role="status">
          <span className="rec-spinner" aria-hidden="true" /> {t.applying}
        </p>
      </Section>
    );
  }
  const isExpired = new Date(plan.expires_at).getTime() <= now;
  if (isExpired || isOutdated || plan.status === 'failed') {
    const why = plan.status === 'failed' ? t.failed : isExpired ? t.expired : t.anotherHint;
    return (
      <Section title={t.decide}>
        <div className="rec-undo-decide">
          <Note kind="warn">{why}</Note>
          {plan.status === 'failed' && failures.length > 0 ? (
            <FailureNote error={failures.at(-1)} />
          ) : null}
          <Anew target={target} wish={wish} />
        </div>
      </Section>
    );
  }
  return (
    <Section title={t.decide}>
      <div className="rec-undo-decide">
        {problem === null ? <Decision {...props} /> : <FailureNote error={problem} />}
      </div>
    </Section>
  );
}

function Decision({ target, plan, mayUndo }: DecideProps) {
  const t = useMessages(messages);
  const { number } = useFormats();
  const { approval, effects, needs } = plan;
  if (plan.conflicts > 0) return <Note kind="warn">{t.settleFirst}</Note>;
  if (!effects) return <p className="rec-undo-hint">{t.notTriedHint}</p>;
  const isApproved = approval?.status === 'approved';
  const isAsked = approval?.status === 'requested';
  return (
    <>
      <Note kind="good">{t.tried(`${number(effects.duration_ms)} ms`)}</Note>
      {needs.approvers > 0 ? <Needed plan={plan} /> : null}
      {approval ? (
        <ButtonLink
          icon="approve"
          to="/approvals/$target/$id"
          params={{ target, id: String(approval.id) }}
        >
          {t.openApproval}
        </ButtonLink>
      ) : null}
      {!mayUndo ? <Note>{t.onlyOperators}</Note> : null}
      {mayUndo && (needs.approvers === 0 || isApproved) ? (
        <ApplyForm target={target} plan={plan} needsCode={needs.second_factor} />
      ) : null}
      {mayUndo && needs.approvers > 0 && !isApproved && !isAsked ? (
        <AskApproval target={target} plan={plan} />
      ) : null}
      {mayUndo && needs.break_glass && !isApproved ? (
        <BreakGlass target={target} plan={plan} />
      ) : null}
    </>
  );
}

/** Applies a plan in an emergency, without the approval that it needs. */
function BreakGlass({ target, plan }: { target: string; plan: Plan }) {
  const t = useMessages(messages);
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button kind="danger" small onPress={() => setOpen(true)}>
        {t.breakGlass}
      </Button>
      <Dialog title={t.breakGlass} isOpen={isOpen} onClose={() => setOpen(false)}>
        <div className="rec-undo-apply">
          <Note kind="warn">{t.breakGlassHint}</Note>
          <ApplyForm target={target} plan={plan} needsCode breakGlass />
        </div>
      </Dialog>
    </>
  );
}

/** What has to be done before the plan can be applied, and how far that is. */
function Needed({ plan }: { plan: Plan }) {
  const t = useMessages(messages);
  const { number } = useFormats();
  const { approvers, rules } = plan.needs;
  if (plan.approval?.status === 'approved') return <Note kind="good">{t.approved}</Note>;
  if (plan.approval?.status === 'requested') return <Note>{t.requested}</Note>;
  return (
    <Note kind="warn">
      <p>{t.needs(t.approvals(number(approvers), approvers === 1))}</p>
      <ul>
        {rules.map((rule) => (
          <li key={rule} className="rec-undo-hint">
            {rule}
          </li>
        ))}
      </ul>
    </Note>
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
      <div className="rec-undo-decide" role="status">
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
