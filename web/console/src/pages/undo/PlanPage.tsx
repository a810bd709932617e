import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';

import './undo.css';
import { useTarget } from '../../app/targets.ts';
import { useMessages } from '../../messages/messages.ts';
import { CopyButton } from '../../parts/CopyButton.tsx';
import { Badge, type Tone } from '../../parts/Facts.tsx';
import { Page } from '../../parts/Page.tsx';
import { Failure, Skeleton } from '../../parts/State.tsx';
import { Conflicts } from './Conflicts.tsx';
import { Decide } from './Decide.tsx';
import { messages } from './messages.ts';
import { isOutdated, planQuery, type Plan } from './plan.ts';
import { PlanSummary } from './PlanSummary.tsx';
import { Effects, Steps } from './Steps.tsx';
import { useShownPlan } from './shown.ts';
import type { Wish } from './wish.ts';

const route = getRouteApi('/signed-in/undo/$target/$plan');

const tones: Readonly<Record<string, Tone>> = {
  applied: 'insert',
  applying: 'update',
  failed: 'delete',
};

/** A plan: what would be done, what stands in its way, and how far it has come. */
export function PlanPage() {
  const t = useMessages(messages);
  const { target, plan: id } = route.useParams();
  const wish = route.useSearch();
  const { data: plan, error, refetch } = useQuery(planQuery(target, id));
  const heading = (
    <span className="rec-undo-heading">
      <span>{t.planOf(id.slice(0, 8))}</span>
      {plan === undefined ? null : (
        <Badge tone={tones[plan.status] ?? 'plain'}>{t.status[plan.status] ?? plan.status}</Badge>
      )}
    </span>
  );
  return (
    <Page
      title={t.planOf(id.slice(0, 8))}
      heading={heading}
      actions={<CopyButton text={location.href} label={t.share} />}
    >
      {plan === undefined ? null : <PlanBody target={target} plan={plan} wish={wish} />}
      {plan === undefined && error !== null ? (
        <Failure error={error} onRetry={() => void refetch()} />
      ) : null}
      {plan === undefined && error === null ? <Skeleton /> : null}
    </Page>
  );
}

interface PlanBodyProps {
  target: string;
  plan: Plan;
  wish: Wish;
}

function PlanBody({ target, plan, wish }: PlanBodyProps) {
  const t = useMessages(messages);
  const mayUndo = useTarget()?.roles.includes('operator') ?? false;
  const shown = useShownPlan(target, plan, mayUndo);
  const { conflicts, problem, steps } = shown;
  const isOpen = plan.status === 'planned' || plan.status === 'previewed';
  return (
    <div className="rec-undo-plan">
      <div className="rec-undo-plan-main">
        <PlanSummary plan={plan} wish={wish} />
        {conflicts.length > 0 ? (
          <Conflicts target={target} wish={wish} conflicts={conflicts} count={plan.conflicts} />
        ) : null}
        {shown.isTrying ? (
          <p className="rec-undo-trying" role="status">
            <span className="rec-spinner" aria-hidden="true" /> {t.previewing}
          </p>
        ) : null}
        {plan.effects && isOpen ? <Effects effects={plan.effects} /> : null}
        {steps !== undefined && steps.length > 0 ? (
          <Steps
            steps={steps}
            total={shown.total}
            {...(shown.more !== undefined && { onMore: shown.more })}
          />
        ) : null}
      </div>
      <aside className="rec-undo-plan-side" aria-label={t.decide}>
        <Decide
          target={target}
          plan={plan}
          wish={wish}
          mayUndo={mayUndo}
          isOutdated={isOutdated(problem)}
          problem={problem !== null && problem.conflicts.length === 0 ? problem : null}
        />
      </aside>
    </div>
  );
}
