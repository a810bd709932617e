import { useQueries, useSuspenseQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';

import { useMe } from '../../app/session.ts';
import { targetsQuery, type Target } from '../../app/targets.ts';
import { useMessages } from '../../messages/messages.ts';
import { Page } from '../../parts/Page.tsx';
import { Segments } from '../../parts/Segments.tsx';
import { Empty, Failure, Skeleton } from '../../parts/State.tsx';
import { approvalsQuery, partOf, withApprovals, type Asked } from './approval.ts';
import { ApprovalCard } from './ApprovalCard.tsx';
import './approvals.css';
import { messages } from './messages.ts';
import { Reviews } from './Reviews.tsx';
import { lists, type List } from './route.ts';

const route = getRouteApi('/signed-in/approvals');

/** What others are to approve, in all targets. */
export function ApprovalsPage() {
  const t = useMessages(messages);
  const { data: all } = useSuspenseQuery(targetsQuery);
  const targets = withApprovals(all);
  const { list: chosen } = route.useSearch();
  const navigate = useNavigate({ from: '/approvals' });
  const decides = targets.some(({ roles }) => roles.includes('approver'));
  const list = chosen ?? (decides ? 'decide' : 'mine');
  if (targets.length === 0) {
    return (
      <Page title={t.title}>
        <Empty icon="approve" title={t.unavailable}>
          {t.unavailableHint}
        </Empty>
      </Page>
    );
  }
  return (
    <Page
      title={t.title}
      toolbar={
        <Segments
          label={t.lists}
          options={lists.map((value) => ({ value, name: t[value] }))}
          value={list}
          onChange={(next) => void navigate({ search: { list: next } })}
        />
      }
    >
      {list === 'reviews' ? (
        <Reviews targets={targets} />
      ) : (
        <Listed targets={targets} list={list} />
      )}
    </Page>
  );
}

function Listed({ targets, list }: { targets: readonly Target[]; list: Exclude<List, 'reviews'> }) {
  const t = useMessages(messages);
  const { user } = useMe();
  const answers = useQueries({ queries: targets.map(({ name }) => approvalsQuery(name)) });
  const failed = answers.find(({ error }) => error !== null);
  if (failed !== undefined && answers.every(({ data }) => data === undefined)) {
    return <Failure error={failed.error} onRetry={() => void failed.refetch()} />;
  }
  if (answers.some(({ isPending }) => isPending)) return <Skeleton />;
  const asked: (Asked & { roles: string[] })[] = targets.flatMap(({ name, roles }, index) =>
    (answers[index]?.data?.approvals ?? []).map((approval) => ({ target: name, roles, approval })),
  );
  const isListed = ({ approval, roles }: (typeof asked)[number]) => {
    if (list === 'decide') return partOf(approval, user, roles) === 'decide';
    return list === 'all' || approval.requested_by === user;
  };
  const shown = asked
    .filter(isListed)
    .sort((one, other) => other.approval.requested_at.localeCompare(one.approval.requested_at));
  if (shown.length === 0) {
    const said = {
      decide: { title: t.noneToDecide, hint: t.noneToDecideHint },
      mine: { title: t.noneMine, hint: t.noneMineHint },
      all: { title: t.none, hint: t.noneMineHint },
    }[list];
    return (
      <Empty icon="approve" title={said.title}>
        {said.hint}
      </Empty>
    );
  }
  return (
    <ul className="rec-approvals">
      {shown.map(({ target, approval }) => (
        <li key={`${target} ${approval.id}`}>
          <ApprovalCard target={target} approval={approval} />
        </li>
      ))}
    </ul>
  );
}
