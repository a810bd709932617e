import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type SyntheticEvent } from 'react';

import { api } from '../../app/api.ts';
import { useMessages } from '../../messages/messages.ts';
import { Button } from '../../parts/Button.tsx';
import { CopyButton } from '../../parts/CopyButton.tsx';
import { Dialog } from '../../parts/Dialog.tsx';
import { Field } from '../../parts/Field.tsx';
import { FailureNote, Note } from '../../parts/State.tsx';
import { SessionTable } from './Account.tsx';
import { messages } from './messages.ts';
import { firstRole, RoleFields, type Role } from './RoleFields.tsx';
import type { User } from './Users.tsx';

const usersKey = ['users'];

/** Adds a user, and shows the link once. */
export function NewUser({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const t = useMessages(messages);
  return (
    <Dialog title={t.newUser} isOpen={isOpen} onClose={onClose}>
      <NewUserForm onDone={onClose} />
    </Dialog>
  );
}

function NewUserForm({ onDone }: { onDone: () => void }) {
  const t = useMessages(messages);
  const client = useQueryClient();
  const [name, setName] = useState('');
  const [roles, setRoles] = useState<readonly Role[]>([firstRole]);
  const add = useMutation({
    mutationFn: () => api.post('/v1/users', { body: { name: name.trim(), roles: [...roles] } }),
    onSuccess: () => client.invalidateQueries({ queryKey: usersKey }),
  });
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    add.mutate();
  };
  if (add.data !== undefined) return <TheLink {...add.data} onDone={onDone} />;
  return (
    <form className="rec-settings-form" onSubmit={submit}>
      <Field label={t.userName} value={name} onChange={setName} isRequired />
      <RoleFields roles={roles} onChange={setRoles} />
      {add.error === null ? null : <FailureNote error={add.error} />}
      <Button
        kind="primary"
        type="submit"
        isDisabled={name.trim() === ''}
        isPending={add.isPending}
      >
        {t.newUser}
      </Button>
    </form>
  );
}

function TheLink({ user, link, onDone }: { user: string; link: string; onDone: () => void }) {
  const t = useMessages(messages);
  return (
    <div className="rec-settings-form">
      <Note kind="warn">{t.linkMade(user)}</Note>
      <div className="rec-settings-secret">
        <code>{link}</code>
        <CopyButton text={link} />
      </div>
      <Button onPress={onDone}>{t.close}</Button>
    </div>
  );
}

/** Changes what a user may, and ends what it has. */
export function EditUser({ user, onClose }: { user: User | undefined; onClose: () => void }) {
  return (
    <Dialog title={user?.name ?? ''} isOpen={user !== undefined} onClose={onClose} place="side">
      {user === undefined ? null : <EditForm key={user.name} user={user} onDone={onClose} />}
    </Dialog>
  );
}

function EditForm({ user, onDone }: { user: User; onDone: () => void }) {
  const t = useMessages(messages);
  const client = useQueryClient();
  const [roles, setRoles] = useState<readonly Role[]>(user.roles);
  const params = { path: { name: user.name } };
  const refresh = { onSuccess: () => client.invalidateQueries({ queryKey: usersKey }) };
  const save = useMutation({
    mutationFn: () => api.put('/v1/users/{name}/memberships', { params, body: [...roles] }),
    ...refresh,
  });
  const disable = useMutation({
    mutationFn: () => api.patch('/v1/users/{name}', { params, body: { disabled: !user.disabled } }),
    ...refresh,
  });
  const reset = useMutation({
    mutationFn: () => api.post('/v1/users/{name}/reset', { params }),
    ...refresh,
  });
  const drop = useMutation({
    mutationFn: () => api.delete('/v1/users/{name}/second-factor', { params }),
    ...refresh,
  });
  if (reset.data !== undefined) return <TheLink {...reset.data} onDone={onDone} />;
  const error = save.error ?? disable.error ?? reset.error ?? drop.error;
  return (
    <div className="rec-settings-form">
      <RoleFields roles={roles} onChange={setRoles} />
      {error === null ? null : <FailureNote error={error} />}
      <div className="rec-settings-line">
        <Button kind="primary" isPending={save.isPending} onPress={() => save.mutate()}>
          {t.save}
        </Button>
        <Button kind="danger" isPending={disable.isPending} onPress={() => disable.mutate()}>
          {user.disabled ? t.enable : t.disable}
        </Button>
        {user.second_factor ? (
          <Button isPending={drop.isPending} onPress={() => drop.mutate()}>
            {t.dropFactor}
          </Button>
        ) : null}
      </div>
      <div className="rec-settings-line">
        <Button isPending={reset.isPending} onPress={() => reset.mutate()}>
          {t.reset}
        </Button>
        <span className="rec-settings-soft">{t.resetHint}</span>
      </div>
      <UserSessions name={user.name} />
    </div>
  );
}

function UserSessions({ name }: { name: string }) {
  const t = useMessages(messages);
  const client = useQueryClient();
  const key = ['users', name, 'sessions'];
  const { data: sessions = [] } = useQuery({
    queryKey: key,
    queryFn: ({ signal }) =>
      api.get('/v1/users/{name}/sessions', { params: { path: { name } }, signal }),
  });
  const end = useMutation({
    mutationFn: (id: number) =>
      api.delete('/v1/users/{name}/sessions/{id}', { params: { path: { name, id } } }),
    onSuccess: () => client.invalidateQueries({ queryKey: key }),
  });
  if (sessions.length === 0) return null;
  return (
    <div>
      <h3>{t.sessions}</h3>
      {end.error === null ? null : <FailureNote error={end.error} />}
      <SessionTable sessions={sessions} onEnd={(id) => end.mutate(id)} />
    </div>
  );
}
