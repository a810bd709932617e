import { useMutation } from '@tanstack/react-query';
import { useState, type SyntheticEvent } from 'react';

import { api, keepCsrfToken } from '../../app/api.ts';
import { useMessages } from '../../messages/messages.ts';
import { Button } from '../../parts/Button.tsx';
import { Field } from '../../parts/Field.tsx';
import { makeKey } from '../../second-factor/browserKeys.ts';
import { FactorFailure } from '../../second-factor/FactorFailure.tsx';
import { showCode, type Show } from '../../second-factor/factors.ts';
import { ProofFields } from '../../second-factor/ProofFields.tsx';
import { RecoveryCodes } from '../setup/RecoveryCodes.tsx';
import { messages } from './messages.ts';

interface AddKeyProps {
  /** There is a second factor already, which is shown first. */
  needsProof: boolean;
  onDone: () => void;
}

/** Adds a security key or passkey: its name, what there is already, then the browser asks for it. */
export function AddKey({ needsProof, onDone }: AddKeyProps) {
  const t = useMessages(messages);
  const [name, setName] = useState('');
  const [code, setCode] = useState('');
  const add = useMutation({
    mutationFn: async (show: Show | null) => {
      const second_factor = show === null ? null : await show();
      const { options } = await api.post('/v1/me/second-factor/keys', { body: { second_factor } });
      const credential = await makeKey(options);
      const body = { name: name.trim(), credential };
      return api.post('/v1/me/second-factor/keys/confirm', { body });
    },
    onSuccess: ({ csrf_token, recovery_codes }) => {
      keepCsrfToken(csrf_token);
      if (recovery_codes.length === 0) onDone();
    },
  });
  if (add.isSuccess && add.data.recovery_codes.length > 0) {
    return <RecoveryCodes codes={add.data.recovery_codes} onDone={onDone} />;
  }
  const isReady = name.trim() !== '' && (!needsProof || code.trim() !== '');
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (isReady) add.mutate(needsProof ? showCode(code) : null);
  };
  return (
    <form className="rec-settings-form" onSubmit={submit}>
      <p>{t.addKeyHint}</p>
      <Field
        label={t.keyName}
        hint={t.keyNameHint}
        value={name}
        onChange={setName}
        maxLength={100}
        isRequired
      />
      {needsProof ? (
        <ProofFields
          code={code}
          onCode={setCode}
          onKey={(show) => add.mutate(show)}
          isReady={name.trim() !== ''}
          isPending={add.isPending}
        />
      ) : null}
      <FactorFailure error={add.error} />
      {add.isPending ? <p role="status">{t.keyAsked}</p> : null}
      <Button type="submit" kind="primary" isDisabled={!isReady} isPending={add.isPending}>
        {t.goOn}
      </Button>
    </form>
  );
}
