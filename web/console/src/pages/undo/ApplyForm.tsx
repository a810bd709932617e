import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type SyntheticEvent } from 'react';

import { api } from '../../app/api.ts';
import { useFormats } from '../../messages/format.ts';
import { useMessages } from '../../messages/messages.ts';
import { Button } from '../../parts/Button.tsx';
import { Field } from '../../parts/Field.tsx';
import { FactorFailure } from '../../second-factor/FactorFailure.tsx';
import { showCode, type Show } from '../../second-factor/factors.ts';
import { ProofFields } from '../../second-factor/ProofFields.tsx';
import { messages } from './messages.ts';
import { applyKey, attemptOf, planQuery, type Plan } from './plan.ts';

interface ApplyFormProps {
  target: string;
  plan: Plan;
  /** A second factor is to be shown. */
  needsCode: boolean;
  /** Without the approval that it needs. */
  breakGlass?: boolean;
}

/** Applies a plan that was tried, for a reason that the journal keeps. */
export function ApplyForm({ target, plan, needsCode, breakGlass = false }: ApplyFormProps) {
  const t = useMessages(messages);
  const { number } = useFormats();
  const client = useQueryClient();
  const [reason, setReason] = useState('');
  const [code, setCode] = useState('');
  const isReady = reason.trim() !== '' && (!needsCode || code.trim() !== '');
  const { queryKey } = planQuery(target, plan.id);
  const apply = useMutation({
    mutationKey: applyKey(plan.id),
    gcTime: Infinity,
    mutationFn: async (show: Show | null) =>
      api.post('/v1/targets/{target}/plans/{plan}/apply', {
        params: {
          path: { target, plan: plan.id },
          header: { 'idempotency-key': attemptOf(plan.id) },
        },
        body: {
          hash: plan.hash,
          reason: reason.trim(),
          break_glass: breakGlass,
          second_factor: show === null ? null : await show(),
        },
      }),
    onSuccess: (applied) => client.setQueryData(queryKey, applied),
    onError: () => client.invalidateQueries({ queryKey }),
  });
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (isReady) apply.mutate(needsCode ? showCode(code) : null);
  };
  const rows = plan.rows.reduce((sum, row) => sum + row.inserted + row.updated + row.deleted, 0);
  return (
    <form className="rec-undo-apply" onSubmit={submit}>
      <Field
        label={t.reason}
        hint={t.reasonHint}
        lines={3}
        isRequired
        value={reason}
        onChange={setReason}
      />
      {needsCode ? (
        <ProofFields
          code={code}
          onCode={setCode}
          onKey={(show) => apply.mutate(show)}
          isReady={reason.trim() !== ''}
          isPending={apply.isPending}
        />
      ) : null}
      <p className="rec-undo-hint">
        {t.applyConfirm(t.rowCount(number(rows), rows === 1), target)}
      </p>
      <FactorFailure error={apply.error} />
      <Button
        kind={breakGlass ? 'danger' : 'primary'}
        type="submit"
        icon="undo"
        isDisabled={!isReady}
        isPending={apply.isPending}
      >
        {breakGlass ? t.breakGlass : t.apply}
      </Button>
    </form>
  );
}
