import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';

import { useFormats } from '../../messages/format.ts';
import { useMessages } from '../../messages/messages.ts';
import { ButtonLink } from '../../parts/Button.tsx';
import { Facts } from '../../parts/Facts.tsx';
import { Moment } from '../../parts/Moment.tsx';
import { useNow } from '../../parts/now.ts';
import { Page, Section } from '../../parts/Page.tsx';
import { Failure, Note, Skeleton, WithCode } from '../../parts/State.tsx';
import { CountsTable } from '../undo/PlanSummary.tsx';
import { usePlanSteps } from '../undo/plan.ts';
import { Effects, Steps } from '../undo/Steps.tsx';
import { approvalQuery, type Approval } from './approval.ts';
import { StatusBadge } from './ApprovalCard.tsx';
import './approvals.css';
import { Judge } from './Judge.tsx';
import { messages } from './messages.ts';

const route = getRouteApi('/signed-in/approvals/$target/$id');

/** An approval: what would be done, who wants it and why, and what was decided. */
export function ApprovalPage() {
  const t = useMessages(messages);
  const { target, id } = route.useParams();
  const { data, error, refetch } = useQuery(approvalQuery(target, Number(id)));
  const heading = (
    <span className="rec-approval-line">
      {t.heading(id)}
      {data === undefined ? null : <StatusBadge status={data.status} />}
    </span>
  );
  return (
    <Page
      title={t.heading(id)}
      heading={heading}
      actions={
        <ButtonLink small to="/approvals">
          {t.back}
        </ButtonLink>
      }
    >
      {data === undefined && error === null ? <Skeleton /> : null}
      {data === undefined && error !== null ? (
        <Failure error={error} onRetry={() => void refetch()} />
      ) : null}
      {data === undefined ? null : <Body target={target} approval={data} />}
    </Page>
  );
}

interface BodyProps {
  target: string;
  approval: Approval;
}

function Body({ target, approval }: BodyProps) {
  const t = useMessages(messages);
  return (
    <div className="rec-approval">
      <div className="rec-approval-main">
        <About target={target} approval={approval} />
        <Section title={approval.status === 'applied' ? t.whatWas : t.what}>
          <CountsTable rows={approval.rows} />
        </Section>
        {approval.effects ? <Effects effects={approval.effects} /> : null}
        <PlannedSteps target={target} approval={approval} />
      </div>
      <aside className="rec-approval-side" aria-label={t.yourTurn}>
        <Judge target={target} approval={approval} />
        <Decisions decisions={approval.decisions} />
      </aside>
    </div>
  );
}

function About({ target, approval }: BodyProps) {
  const t = useMessages(messages);
  const { number, ago, dateTime } = useFormats();
  const now = useNow(15_000);
  const isOpen = approval.status === 'requested' || approval.status === 'approved';
  const needed = t.approvers(number(approval.approvers), approval.approvers === 1);
  const until = new Date(approval.expires_at);
  return (
    <Section title={t.why}>
      <blockquote className="rec-approval-why">
        <bdi>{approval.reason}</bdi>
      </blockquote>
      <div className="rec-approval-facts">
        <Facts
          facts={[
            [t.requestedBy, approval.requested_by],
            [t.plannedBy, approval.planned_by],
            [t.target, target],
            [t.when, <Moment key="when" at={approval.requested_at} />],
            [t.needs, approval.second_factor ? `${needed}, ${t.withFactor}` : needed],
            [
              t.rules,
              <ul key="rules">
                {approval.rules.map((rule) => (
                  <li key={rule}>
                    <WithCode text={rule} />
                  </li>
                ))}
              </ul>,
            ],
            [
              approval.status === 'approved' ? t.untilApplied : t.untilDecided,
              isOpen ? (
                <time key="until" dateTime={approval.expires_at} title={dateTime(until)}>
                  {ago(until, now)}
                </time>
              ) : undefined,
            ],
            [
              t.hash,
              <ButtonLink
                key="plan"
                small
                to="/undo/$target/$plan"
                params={{ target, plan: approval.plan }}
              >
                {t.openPlan}
              </ButtonLink>,
            ],
          ]}
        />
      </div>
    </Section>
  );
}

function PlannedSteps({ target, approval }: BodyProps) {
  const t = useMessages(messages);
  const isOpen = ['requested', 'approved'].includes(approval.status);
  const { steps, total, error, more } = usePlanSteps(target, approval.plan, isOpen);
  if (!isOpen) return null;
  if (error !== null) return <Note kind="warn">{t.stepsGone}</Note>;
  if (steps === undefined) return <Skeleton lines={5} />;
  return <Steps steps={steps} total={total} {...(more && { onMore: more })} />;
}

function Decisions({ decisions }: { decisions: Approval['decisions'] }) {
  const t = useMessages(messages);
  return (
    <Section title={t.decisions}>
      <ol className="rec-approval-decisions">
        {decisions.length === 0 ? <li className="rec-approval-soft">{t.noDecisions}</li> : null}
        {decisions.map(({ by, decision, comment, second_factor, at, counts }) => (
          <li key={`${by} ${at}`}>
            <p>
              <strong>{decision === 'approved' ? t.approvedBy(by) : t.rejectedBy(by)}</strong>{' '}
              {second_factor ? (
                <span className="rec-approval-soft">{t.with(second_factor)}</span>
              ) : null}
            </p>
            {counts ? null : <p className="rec-approval-soft">{t.doesNotCount}</p>}
            {comment ? <bdi>{comment}</bdi> : null}
            <p className="rec-approval-soft">
              <Moment at={at} />
            </p>
          </li>
        ))}
      </ol>
    </Section>
  );
}
