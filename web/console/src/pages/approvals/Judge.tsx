import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type SyntheticEvent } from 'react';

import { api } from '../../app/api.ts';
import { useMe } from '../../app/session.ts';
import { useTarget } from '../../app/targets.ts';
import { useMessages } from '../../messages/messages.ts';
import { Button, ButtonLink } from '../../parts/Button.tsx';
import { Field } from '../../parts/Field.tsx';
import { Section } from '../../parts/Page.tsx';
import { FailureNote, Note } from '../../parts/State.tsx';
import { FactorFailure } from '../../second-factor/FactorFailure.tsx';
import { showCode, type Show } from '../../second-factor/factors.ts';
import { ProofFields } from '../../second-factor/ProofFields.tsx';
import { approvalQuery, approvalsQuery, partOf, type Approval } from './approval.ts';
import { messages } from './messages.ts';

interface JudgeProps {
  target: string;
  approval: Approval;
}

/** What the one who looks can do about an approval. */
export function Judge({ target, approval }: JudgeProps) {
  const t = useMessages(messages);
  const { user } = useMe();
  const roles = useTarget()?.roles ?? [];
  const part = partOf(approval, user, roles);
  const isMine = approval.requested_by === user;
  return (
    <Section title={t.yourTurn}>
      <div className="rec-approval-judge">
        {part === 'decide' ? <Decide target={target} approval={approval} /> : null}
        {part === 'own' && approval.status === 'requested' ? <Note>{t.own}</Note> : null}
        {part === 'decided' ? <Note kind="good">{t.decided}</Note> : null}
        {part === 'watch' ? <Note>{t.notYours}</Note> : null}
        {part === 'over' ? <Note>{t.over}</Note> : null}
        {approval.status === 'approved' ? <Ready target={target} approval={approval} /> : null}
        {approval.tx ? (
          <ButtonLink
            icon="timeline"
            to="/timeline/$target"
            params={{ target }}
            search={{ q: `tx:${approval.tx}`, tx: approval.tx }}
          >
            {t.showTx}
          </ButtonLink>
        ) : null}
        {isMine && part === 'own' ? <Withdraw target={target} approval={approval} /> : null}
      </div>
    </Section>
  );
}

function Ready({ target, approval }: JudgeProps) {
  const t = useMessages(messages);
  const mayUndo = useTarget()?.roles.includes('operator') ?? false;
  return (
    <>
      <Note kind="good">{t.readyToApply}</Note>
      {mayUndo ? (
        <ButtonLink
          kind="primary"
          icon="undo"
          to="/undo/$target/$plan"
          params={{ target, plan: approval.plan }}
        >
          {t.apply}
        </ButtonLink>
      ) : null}
    </>
  );
}

/** Keeps what the server answered, so that the page shows it at once. */
function useDecision<Given = void>(
  target: string,
  approval: Approval,
  decide: (given: Given) => Promise<Approval>,
) {
  const client = useQueryClient();
  const { queryKey } = approvalQuery(target, approval.id);
  return useMutation({
    mutationFn: decide,
    onSuccess: async (decided) => {
      client.setQueryData(queryKey, decided);
      await client.invalidateQueries({ queryKey: approvalsQuery(target).queryKey, exact: true });
    },
    onError: () => client.invalidateQueries({ queryKey }),
  });
}

function Decide({ target, approval }: JudgeProps) {
  const t = useMessages(messages);
  const [isRejecting, setRejecting] = useState(false);
  const [comment, setComment] = useState('');
  const [code, setCode] = useState('');
  const params = { path: { target, id: approval.id } };
  const said = comment.trim();
  const deed = useDecision(target, approval, async (show: Show | null) =>
    isRejecting
      ? api.post('/v1/targets/{target}/approvals/{id}/reject', { params, body: { comment: said } })
      : api.post('/v1/targets/{target}/approvals/{id}/approve', {
          params,
          body: {
            hash: approval.hash,
            comment: said === '' ? null : said,
            second_factor: show === null ? null : await show(),
          },
        }),
  );
  const isReady = isRejecting ? said !== '' : !approval.second_factor || code.trim() !== '';
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (isReady) deed.mutate(code.trim() === '' ? null : showCode(code));
  };
  return (
    <form className="rec-approval-judge" onSubmit={submit}>
      {isRejecting ? null : <p className="rec-approval-soft">{t.approveHint}</p>}
      {approval.second_factor && !isRejecting ? (
        <ProofFields
          code={code}
          onCode={setCode}
          onKey={(show) => deed.mutate(show)}
          isReady
          isPending={deed.isPending}
        />
      ) : null}
      <Field
        label={isRejecting ? t.commentWhy : t.commentOptional}
        lines={2}
        value={comment}
        onChange={setComment}
        isRequired={isRejecting}
      />
      <FactorFailure error={deed.error} />
      <Button
        kind={isRejecting ? 'danger' : 'primary'}
        icon={isRejecting ? 'close' : 'check'}
        type="submit"
        isDisabled={!isReady}
        isPending={deed.isPending}
      >
        {isRejecting ? t.reject : t.approve}
      </Button>
      <Button kind="quiet" onPress={() => setRejecting(!isRejecting)}>
        {isRejecting ? t.approveInstead : t.rejectInstead}
      </Button>
    </form>
  );
}

function Withdraw({ target, approval }: JudgeProps) {
  const t = useMessages(messages);
  const deed = useDecision(target, approval, () =>
    api.post('/v1/targets/{target}/approvals/{id}/cancel', {
      params: { path: { target, id: approval.id } },
    }),
  );
  return (
    <>
      {deed.error === null ? null : <FailureNote error={deed.error} />}
      <Button kind="danger" isPending={deed.isPending} onPress={() => deed.mutate()}>
        {t.cancel}
      </Button>
    </>
  );
}
