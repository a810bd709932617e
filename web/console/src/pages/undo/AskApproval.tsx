import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type SyntheticEvent } from 'react';

import { api } from '../../app/api.ts';
import { useMessages } from '../../messages/messages.ts';
import { Button } from '../../parts/Button.tsx';
import { Field } from '../../parts/Field.tsx';
import { FailureNote } from '../../parts/State.tsx';
import { messages } from './messages.ts';
import { planQuery, type Plan } from './plan.ts';

/** Asks others to approve exactly this plan. */
export function AskApproval({ target, plan }: { target: string; plan: Plan }) {
  const t = useMessages(messages);
  const client = useQueryClient();
  const [reason, setReason] = useState('');
  const ask = useMutation({
    mutationFn: () =>
      api.post('/v1/targets/{target}/plans/{plan}/approval', {
        params: { path: { target, plan: plan.id } },
        body: { hash: plan.hash, reason: reason.trim() },
      }),
    onSettled: () => client.invalidateQueries({ ...planQuery(target, plan.id), exact: true }),
  });
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (reason.trim() !== '') ask.mutate();
  };
  return (
    <form className="rec-undo-apply" onSubmit={submit}>
      <Field
        label={t.reason}
        hint={t.requestHint}
        lines={3}
        isRequired
        value={reason}
        onChange={setReason}
      />
      {ask.error === null ? null : <FailureNote error={ask.error} />}
      <Button
        kind="primary"
        type="submit"
        icon="approve"
        isDisabled={reason.trim() === ''}
        isPending={ask.isPending}
      >
        {t.request}
      </Button>
    </form>
  );
}
