import { useMutation, useQuery } from '@tanstack/react-query';
import { useState, type SubmitEvent } from 'react';

import { api } from '../../app/api.ts';
import { finishSignIn } from '../../app/session.ts';
import { useMessages } from '../../messages/messages.ts';
import { Button } from '../../parts/Button.tsx';
import { Failure, Skeleton } from '../../parts/State.tsx';
import { knowsKeys } from '../../second-factor/browserKeys.ts';
import { FactorFailure } from '../../second-factor/FactorFailure.tsx';
import { showCode, showKeyAtTheDoor, type Show } from '../../second-factor/factors.ts';
import { messages as factorMessages } from '../../second-factor/messages.ts';
import { FactorFields } from '../../second-factor/ProofFields.tsx';
import { useEntered } from './entered.ts';
import { messages } from './messages.ts';

interface FactorStepProps {
  /** Who has shown a password; `null` is somebody who came back from elsewhere. */
  name: string | null;
  onBack: () => void;
}

/** The second step at the door: a code, or a key. */
export function FactorStep({ name, onBack }: FactorStepProps) {
  const t = useMessages(messages);
  const f = useMessages(factorMessages);
  const [code, setCode] = useState('');
  const entered = useEntered();
  const ways = useQuery({
    queryKey: ['half-way', 'factors'],
    queryFn: () => api.post('/v1/session/second-factor/challenge'),
    staleTime: Infinity,
    gcTime: 0,
    retry: false,
  });
  const entering = useMutation({
    mutationFn: async (show: Show) => finishSignIn(await show()),
    onSuccess: entered,
  });
  if (ways.isError) {
    return (
      <>
        <Failure error={ways.error} />
        <Button onPress={onBack}>{t.back}</Button>
      </>
    );
  }
  if (ways.isPending) return <Skeleton lines={3} />;
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    entering.mutate(showCode(code));
  };
  const hasKeys = knowsKeys() && ways.data.key != null;
  return (
    <form onSubmit={submit}>
      {name === null ? <p>{t.oneMoreStep}</p> : <p>{t.codeFor(name)}</p>}
      <FactorFailure error={entering.error} />
      <FactorFields
        code={code}
        onCode={setCode}
        isDevice={ways.data.device}
        action={
          hasKeys ? (
            <Button
              kind="primary"
              icon="key"
              isPending={entering.isPending}
              onPress={() => entering.mutate(showKeyAtTheDoor)}
            >
              {f.useKey}
            </Button>
          ) : null
        }
      />
      <Button
        type="submit"
        kind={hasKeys ? 'plain' : 'primary'}
        isDisabled={code.trim() === ''}
        isPending={entering.isPending}
      >
        {t.confirm}
      </Button>
      <Button onPress={onBack}>{t.back}</Button>
    </form>
  );
}
