import { useMutation, useQueries, useQueryClient } from '@tanstack/react-query';
import { useState, type SyntheticEvent } from 'react';

import { api } from '../../app/api.ts';
import { useMe } from '../../app/session.ts';
import type { Target } from '../../app/targets.ts';
import { useFormats } from '../../messages/format.ts';
import { useMessages } from '../../messages/messages.ts';
import { Button, ButtonLink } from '../../parts/Button.tsx';
import { Badge } from '../../parts/Facts.tsx';
import { Field } from '../../parts/Field.tsx';
import { Moment } from '../../parts/Moment.tsx';
import { Empty, Failure, FailureNote, Skeleton } from '../../parts/State.tsx';
import { reviewsQuery, rowsOf, type Review } from './approval.ts';
import { messages } from './messages.ts';

/** Who closes reviews. */
const closers = ['approver', 'administrator'];

/** What was applied without the approval that it needed, for somebody else to look at. */
export function Reviews({ targets }: { targets: readonly Target[] }) {
  const t = useMessages(messages);
  const answers = useQueries({ queries: targets.map(({ name }) => reviewsQuery(name)) });
  const failed = answers.find(({ error }) => error !== null);
  if (failed !== undefined && answers.every(({ data }) => data === undefined)) {
    return <Failure error={failed.error} onRetry={() => void failed.refetch()} />;
  }
  if (answers.some(({ isPending }) => isPending)) return <Skeleton />;
  const reviews = targets.flatMap((target, index) =>
    (answers[index]?.data?.reviews ?? []).map((review) => ({ target, review })),
  );
  if (reviews.length === 0) {
    return (
      <Empty icon="check" title={t.noReviews}>
        {t.noReviewsHint}
      </Empty>
    );
  }
  return (
    <ul className="rec-approvals">
      {reviews.map(({ target, review }) => (
        <li key={`${target.name} ${review.id}`} className="rec-approval-card">
          <ReviewCard target={target} review={review} />
        </li>
      ))}
    </ul>
  );
}

interface CardProps {
  target: Target;
  review: Review;
}

function ReviewCard({ target, review }: CardProps) {
  const t = useMessages(messages);
  const { number } = useFormats();
  const { user } = useMe();
  const rows = rowsOf(review.rows);
  const isOpen = review.closed_by === null || review.closed_by === undefined;
  const mayClose = target.roles.some((role) => closers.includes(role));
  return (
    <>
      <span className="rec-approval-line">
        <Badge tone={isOpen ? (review.overdue ? 'delete' : 'warn') : 'insert'}>
          {isOpen ? (review.overdue ? t.overdue : t.reviewOpen) : t.reviewClosed}
        </Badge>
        <span className="rec-approval-rows">{t.rows(number(rows), rows === 1)}</span>
        <code>{target.name}</code>
        <span className="rec-approval-when">
          <Moment at={review.used_at} as="ago" />
        </span>
      </span>
      <bdi className="rec-approval-reason">{review.reason}</bdi>
      <span className="rec-approval-line rec-approval-soft">
        {t.usedBy(review.used_by)}
        {isOpen ? (
          <span>
            {t.due} <Moment at={review.due_at} as="short" />
          </span>
        ) : (
          <span>{t.closedBy(review.closed_by ?? '')}</span>
        )}
        {review.tx ? (
          <ButtonLink
            small
            to="/timeline/$target"
            params={{ target: target.name }}
            search={{ q: `tx:${review.tx}`, tx: review.tx }}
          >
            {t.showTx}
          </ButtonLink>
        ) : null}
      </span>
      {review.comment ? <bdi>{review.comment}</bdi> : null}
      {isOpen && mayClose && review.used_by !== user ? (
        <Close target={target.name} review={review} />
      ) : null}
      {isOpen && review.used_by === user ? (
        <span className="rec-approval-soft">{t.ownReview}</span>
      ) : null}
    </>
  );
}

function Close({ target, review }: { target: string; review: Review }) {
  const t = useMessages(messages);
  const client = useQueryClient();
  const [comment, setComment] = useState('');
  const close = useMutation({
    mutationFn: () =>
      api.post('/v1/targets/{target}/reviews/{id}/close', {
        params: { path: { target, id: review.id } },
        body: { comment: comment.trim() },
      }),
    onSuccess: () => client.invalidateQueries(reviewsQuery(target)),
  });
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    close.mutate();
  };
  return (
    <form className="rec-approval-judge" onSubmit={submit}>
      <Field label={t.comment} hint={t.closeReviewHint} value={comment} onChange={setComment} />
      {close.error === null ? null : <FailureNote error={close.error} />}
      <Button type="submit" isDisabled={comment.trim() === ''} isPending={close.isPending}>
        {t.closeReview}
      </Button>
    </form>
  );
}
