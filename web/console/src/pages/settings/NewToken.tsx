import { useMutation, useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { useState, type SyntheticEvent } from 'react';
import { CheckboxGroup, Label } from 'react-aria-components';

import { api } from '../../app/api.ts';
import { targetsQuery } from '../../app/targets.ts';
import { useMessages } from '../../messages/messages.ts';
import { Button } from '../../parts/Button.tsx';
import { Choice } from '../../parts/Choice.tsx';
import { CopyButton } from '../../parts/CopyButton.tsx';
import { Dialog } from '../../parts/Dialog.tsx';
import { Field } from '../../parts/Field.tsx';
import { FailureNote, Note } from '../../parts/State.tsx';
import { Tick } from '../../parts/Tick.tsx';
import { messages } from './messages.ts';

const scopes = ['read', 'query', 'mark', 'undo', 'approve', 'audit', 'administer', 'mint'] as const;

/** Makes a token, and shows it once. */
export function NewToken({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const t = useMessages(messages);
  return (
    <Dialog title={t.newToken} isOpen={isOpen} onClose={onClose}>
      <TokenForm onDone={onClose} />
    </Dialog>
  );
}

function TokenForm({ onDone }: { onDone: () => void }) {
  const t = useMessages(messages);
  const client = useQueryClient();
  const { data: targets } = useSuspenseQuery(targetsQuery);
  const [name, setName] = useState('');
  const [chosen, setChosen] = useState<string[]>(['read']);
  const [target, setTarget] = useState('*');
  const [days, setDays] = useState('90');
  const make = useMutation({
    mutationFn: () =>
      api.post('/v1/me/tokens', {
        body: {
          name: name.trim(),
          scopes: chosen,
          target: target === '*' ? null : target,
          days: Number(days),
          allow_from: [],
        },
      }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['tokens'] }),
  });
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    make.mutate();
  };
  if (make.data !== undefined) {
    return (
      <div className="rec-settings-form">
        <Note kind="warn">{t.tokenMade}</Note>
        <div className="rec-settings-secret">
          <code>{make.data.token}</code>
          <CopyButton text={make.data.token} />
        </div>
        <Button onPress={onDone}>{t.close}</Button>
      </div>
    );
  }
  return (
    <form className="rec-settings-form" onSubmit={submit}>
      <Field label={t.tokenName} value={name} onChange={setName} isRequired />
      <CheckboxGroup className="rec-settings-scopes" value={chosen} onChange={setChosen}>
        <Label className="rec-label">{t.scopes}</Label>
        {scopes.map((scope) => (
          <Tick key={scope} value={scope} className="rec-settings-scope">
            <code>{scope}</code> <span>{t.scopeHints[scope]}</span>
          </Tick>
        ))}
      </CheckboxGroup>
      <Choice
        label={t.tokenTarget}
        options={[
          { value: '*', name: t.allTargets },
          ...targets.map(({ name: value }) => ({ value, name: value })),
        ]}
        value={target}
        onChange={setTarget}
      />
      <Field
        label={t.tokenDays}
        value={days}
        onChange={(text) => setDays(text.replace(/\D/g, ''))}
        inputMode="numeric"
        isRequired
      />
      {make.error === null ? null : <FailureNote error={make.error} />}
      <Button
        kind="primary"
        type="submit"
        isDisabled={name.trim() === '' || chosen.length === 0 || days === ''}
        isPending={make.isPending}
      >
        {t.make}
      </Button>
    </form>
  );
}
