import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type SyntheticEvent } from 'react';

import { api } from '../../app/api.ts';
import { sessionKey } from '../../app/queries.ts';
import { useMessages } from '../../messages/messages.ts';
import { Button } from '../../parts/Button.tsx';
import { Dialog } from '../../parts/Dialog.tsx';
import { Field } from '../../parts/Field.tsx';
import { Section } from '../../parts/Page.tsx';
import { FailureNote, Note } from '../../parts/State.tsx';
import { SecondFactorEnrolment } from '../setup/SecondFactorEnrolment.tsx';
import { messages } from './messages.ts';

type Open = 'enrol' | 'remove' | 'codes';

/** One's own second factor: set up, codes anew, done without. */
export function SecondFactor({ isSetUp }: { isSetUp: boolean }) {
  const t = useMessages(messages);
  const client = useQueryClient();
  const [open, setOpen] = useState<Open>();
  const close = () => {
    setOpen(undefined);
    void client.invalidateQueries({ queryKey: sessionKey });
  };
  const titles = { enrol: t.setUp, remove: t.removeFactor, codes: t.newCodes };
  return (
    <Section title={t.factor} hint={t.factorHint}>
      <div className="rec-settings-body rec-settings-form">
        <Note kind={isSetUp ? 'good' : 'warn'}>{isSetUp ? t.factorOn : t.factorOff}</Note>
        <div className="rec-settings-line">
          {isSetUp ? (
            <>
              <Button onPress={() => setOpen('codes')}>{t.newCodes}</Button>
              <Button kind="danger" onPress={() => setOpen('remove')}>
                {t.removeFactor}
              </Button>
            </>
          ) : (
            <Button kind="primary" icon="key" onPress={() => setOpen('enrol')}>
              {t.setUp}
            </Button>
          )}
        </div>
      </div>
      <Dialog
        title={open === undefined ? '' : titles[open]}
        isOpen={open !== undefined}
        onClose={close}
      >
        {open === 'enrol' ? <SecondFactorEnrolment onDone={close} /> : null}
        {open === 'remove' ? <Remove onDone={close} /> : null}
        {open === 'codes' ? <NewCodes onDone={close} /> : null}
      </Dialog>
    </Section>
  );
}

interface ProofFormProps {
  label: string;
  kind: 'primary' | 'danger';
  error: Error | null;
  isPending: boolean;
  onCode: (code: string) => void;
}

function ProofForm({ label, kind, error, isPending, onCode }: ProofFormProps) {
  const t = useMessages(messages);
  const [code, setCode] = useState('');
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    onCode(code.trim());
  };
  return (
    <form className="rec-settings-form" onSubmit={submit}>
      <Field
        label={t.code}
        hint={t.codeHint}
        value={code}
        onChange={setCode}
        autoComplete="one-time-code"
        inputMode="numeric"
        mono
        isRequired
      />
      {error === null ? null : <FailureNote error={error} />}
      <Button type="submit" kind={kind} isDisabled={code.trim() === ''} isPending={isPending}>
        {label}
      </Button>
    </form>
  );
}

function Remove({ onDone }: { onDone: () => void }) {
  const t = useMessages(messages);
  const remove = useMutation({
    mutationFn: (code: string) => api.delete('/v1/me/second-factor', { body: { code } }),
    onSuccess: onDone,
  });
  return (
    <ProofForm
      label={t.removeFactor}
      kind="danger"
      error={remove.error}
      isPending={remove.isPending}
      onCode={(code) => remove.mutate(code)}
    />
  );
}

function NewCodes({ onDone }: { onDone: () => void }) {
  const t = useMessages(messages);
  const renew = useMutation({
    mutationFn: (code: string) => api.post('/v1/me/recovery-codes', { body: { code } }),
  });
  if (renew.data === undefined) {
    return (
      <ProofForm
        label={t.newCodes}
        kind="primary"
        error={renew.error}
        isPending={renew.isPending}
        onCode={(code) => renew.mutate(code)}
      />
    );
  }
  return (
    <div className="rec-settings-form">
      <Note kind="warn">{t.codesOnce}</Note>
      <ul className="rec-settings-codes">
        {renew.data.recovery_codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ul>
      <Button onPress={onDone}>{t.close}</Button>
    </div>
  );
}
