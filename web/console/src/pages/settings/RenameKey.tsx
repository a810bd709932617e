import { useMutation } from '@tanstack/react-query';
import { useState, type SyntheticEvent } from 'react';

import { api, type Wire } from '../../app/api.ts';
import { useMessages } from '../../messages/messages.ts';
import { Button } from '../../parts/Button.tsx';
import { Field } from '../../parts/Field.tsx';
import { FailureNote } from '../../parts/State.tsx';
import { messages } from './messages.ts';

/** Gives a key another name. */
export function RenameKey({ of, onDone }: { of: Wire<'Key'>; onDone: () => void }) {
  const t = useMessages(messages);
  const [name, setName] = useState(of.name);
  const rename = useMutation({
    mutationFn: () =>
      api.patch('/v1/me/second-factor/keys/{id}', {
        params: { path: { id: of.id } },
        body: { name: name.trim() },
      }),
    onSuccess: onDone,
  });
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    rename.mutate();
  };
  return (
    <form className="rec-settings-form" onSubmit={submit}>
      <Field label={t.keyName} value={name} onChange={setName} maxLength={100} isRequired />
      {rename.error === null ? null : <FailureNote error={rename.error} />}
      <Button
        type="submit"
        kind="primary"
        isDisabled={name.trim() === ''}
        isPending={rename.isPending}
      >
        {t.save}
      </Button>
    </form>
  );
}
