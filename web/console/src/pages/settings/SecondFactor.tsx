import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type SyntheticEvent } from 'react';

import { api, type Wire } from '../../app/api.ts';
import { sessionKey } from '../../app/queries.ts';
import { useMessages } from '../../messages/messages.ts';
import { Button } from '../../parts/Button.tsx';
import { Dialog } from '../../parts/Dialog.tsx';
import { Section } from '../../parts/Page.tsx';
import { Failure, Note, Skeleton } from '../../parts/State.tsx';
import { FactorFailure } from '../../second-factor/FactorFailure.tsx';
import { factorsQuery, showCode, type Show } from '../../second-factor/factors.ts';
import { ProofFields } from '../../second-factor/ProofFields.tsx';
import { SecondFactorEnrolment } from '../setup/SecondFactorEnrolment.tsx';
import { AddKey } from './AddKey.tsx';
import { Keys } from './Keys.tsx';
import { messages } from './messages.ts';
import { RenameKey } from './RenameKey.tsx';

type Factors = Wire<'Factors'>;
type Key = Wire<'Key'>;

type Open =
  { deed: 'enrol' | 'remove' | 'codes' | 'addKey' } | { deed: 'renameKey' | 'removeKey'; key: Key };

/** One's own second factor: a device, keys, and the codes that stand in for them. */
export function SecondFactor() {
  const t = useMessages(messages);
  const { data, error } = useQuery(factorsQuery);
  return (
    <Section title={t.factor} hint={t.factorHint}>
      {error === null ? null : <Failure error={error} />}
      {data === undefined && error === null ? <Skeleton lines={3} /> : null}
      {data === undefined ? null : <Present factors={data} />}
    </Section>
  );
}

function Present({ factors }: { factors: Factors }) {
  const t = useMessages(messages);
  const client = useQueryClient();
  const [open, setOpen] = useState<Open>();
  const close = () => {
    setOpen(undefined);
    void client.invalidateQueries({ queryKey: factorsQuery.queryKey });
    void client.invalidateQueries({ queryKey: sessionKey });
  };
  const isSetUp = factors.device || factors.keys.length > 0;
  return (
    <>
      <div className="rec-settings-body rec-settings-form">
        <Note kind={isSetUp ? 'good' : 'warn'}>{isSetUp ? t.factorOn : t.factorOff}</Note>
        <div className="rec-settings-line">
          {factors.device ? (
            <Button kind="danger" onPress={() => setOpen({ deed: 'remove' })}>
              {t.removeDevice}
            </Button>
          ) : (
            <Button kind={isSetUp ? 'plain' : 'primary'} onPress={() => setOpen({ deed: 'enrol' })}>
              {t.setUp}
            </Button>
          )}
          {isSetUp ? (
            <Button onPress={() => setOpen({ deed: 'codes' })}>{t.newCodes}</Button>
          ) : null}
        </div>
      </div>
      <Keys
        factors={factors}
        onAdd={() => setOpen({ deed: 'addKey' })}
        onRename={(key) => setOpen({ deed: 'renameKey', key })}
        onRemove={(key) => setOpen({ deed: 'removeKey', key })}
      />
      <Dialog
        title={open === undefined ? '' : titleOf(open, t)}
        isOpen={open !== undefined}
        onClose={close}
      >
        {open === undefined ? null : <Deed open={open} isSetUp={isSetUp} onDone={close} />}
      </Dialog>
    </>
  );
}

function titleOf(open: Open, t: (typeof messages)['en']): string {
  const titles = {
    enrol: t.setUp,
    remove: t.removeDevice,
    codes: t.newCodes,
    addKey: t.addKey,
    renameKey: t.renameKey,
    removeKey: t.removeKey,
  };
  return titles[open.deed];
}

function Deed({ open, isSetUp, onDone }: { open: Open; isSetUp: boolean; onDone: () => void }) {
  switch (open.deed) {
    case 'enrol':
      return isSetUp ? (
        <EnrolBesideKeys onDone={onDone} />
      ) : (
        <SecondFactorEnrolment onDone={onDone} />
      );
    case 'remove':
      return <RemoveDevice onDone={onDone} />;
    case 'codes':
      return <NewCodes onDone={onDone} />;
    case 'addKey':
      return <AddKey needsProof={isSetUp} onDone={onDone} />;
    case 'renameKey':
      return <RenameKey of={open.key} onDone={onDone} />;
    case 'removeKey':
      return <RemoveKey of={open.key} onDone={onDone} />;
  }
}

interface ProofFormProps {
  label: string;
  kind: 'primary' | 'danger';
  error: Error | null;
  isPending: boolean;
  onShow: (show: Show) => void;
}

function ProofForm({ label, kind, error, isPending, onShow }: ProofFormProps) {
  const [code, setCode] = useState('');
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    onShow(showCode(code));
  };
  return (
    <form className="rec-settings-form" onSubmit={submit}>
      <ProofFields code={code} onCode={setCode} onKey={onShow} isReady isPending={isPending} />
      <FactorFailure error={error} />
      <Button type="submit" kind={kind} isDisabled={code.trim() === ''} isPending={isPending}>
        {label}
      </Button>
    </form>
  );
}

function RemoveDevice({ onDone }: { onDone: () => void }) {
  const t = useMessages(messages);
  const remove = useMutation({
    mutationFn: async (show: Show) => api.delete('/v1/me/second-factor', { body: await show() }),
    onSuccess: onDone,
  });
  return (
    <ProofForm
      label={t.removeDevice}
      kind="danger"
      error={remove.error}
      isPending={remove.isPending}
      onShow={(show) => remove.mutate(show)}
    />
  );
}

function RemoveKey({ of, onDone }: { of: Key; onDone: () => void }) {
  const t = useMessages(messages);
  const remove = useMutation({
    mutationFn: async (show: Show) =>
      api.delete('/v1/me/second-factor/keys/{id}', {
        params: { path: { id: of.id } },
        body: await show(),
      }),
    onSuccess: onDone,
  });
  return (
    <>
      <p>{t.removeKeyHint(of.name)}</p>
      <ProofForm
        label={t.removeKey}
        kind="danger"
        error={remove.error}
        isPending={remove.isPending}
        onShow={(show) => remove.mutate(show)}
      />
    </>
  );
}

/** A device beside keys: one of them is shown first. */
function EnrolBesideKeys({ onDone }: { onDone: () => void }) {
  const t = useMessages(messages);
  const begin = useMutation({
    mutationFn: async (show: Show) =>
      api.post('/v1/me/second-factor', { body: { second_factor: await show() } }),
  });
  if (begin.data !== undefined) return <SecondFactorEnrolment begun={begin.data} onDone={onDone} />;
  return (
    <ProofForm
      label={t.goOn}
      kind="primary"
      error={begin.error}
      isPending={begin.isPending}
      onShow={(show) => begin.mutate(show)}
    />
  );
}

function NewCodes({ onDone }: { onDone: () => void }) {
  const t = useMessages(messages);
  const renew = useMutation({
    mutationFn: async (show: Show) => api.post('/v1/me/recovery-codes', { body: await show() }),
  });
  if (renew.data === undefined) {
    return (
      <ProofForm
        label={t.newCodes}
        kind="primary"
        error={renew.error}
        isPending={renew.isPending}
        onShow={(show) => renew.mutate(show)}
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
