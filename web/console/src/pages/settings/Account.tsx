import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type SyntheticEvent } from 'react';

import { api, type Wire } from '../../app/api.ts';
import { useMe } from '../../app/session.ts';
import { useMessages } from '../../messages/messages.ts';
import { Button } from '../../parts/Button.tsx';
import { DataTable, type Column } from '../../parts/DataTable.tsx';
import { Badge, Facts } from '../../parts/Facts.tsx';
import { Field } from '../../parts/Field.tsx';
import { Moment } from '../../parts/Moment.tsx';
import { Section } from '../../parts/Page.tsx';
import { Failure, FailureNote, Note, Skeleton } from '../../parts/State.tsx';
import { FactorFailure } from '../../second-factor/FactorFailure.tsx';
import { showCode, type Show } from '../../second-factor/factors.ts';
import { ProofFields } from '../../second-factor/ProofFields.tsx';
import { messages } from './messages.ts';
import { SecondFactor } from './SecondFactor.tsx';

/** One's own account: roles, second factor, password, sessions. */
export function Account() {
  const t = useMessages(messages);
  const me = useMe();
  return (
    <div className="rec-settings">
      <Section title={t.you}>
        <div className="rec-settings-body">
          <Facts
            facts={[
              [t.name, me.user],
              [t.roles, me.roles.length === 0 ? t.noRoles : me.roles.join(', ')],
            ]}
          />
        </div>
      </Section>
      <SecondFactor />
      <Password needsCode={me.second_factor} />
      <Sessions />
    </div>
  );
}

function Password({ needsCode }: { needsCode: boolean }) {
  const t = useMessages(messages);
  const client = useQueryClient();
  const [old, setOld] = useState('');
  const [next, setNext] = useState('');
  const [code, setCode] = useState('');
  const change = useMutation({
    mutationFn: async (show: Show | null) => {
      const second_factor = show === null ? null : await show();
      return api.post('/v1/me/password', {
        body: { old_password: old, new_password: next, second_factor },
      });
    },
    onSuccess: () => {
      setOld('');
      setNext('');
      setCode('');
      return client.invalidateQueries({ queryKey: ['my-sessions'] });
    },
  });
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    change.mutate(needsCode ? showCode(code) : null);
  };
  return (
    <Section title={t.password} hint={t.passwordHint}>
      <form className="rec-settings-body rec-settings-form" onSubmit={submit}>
        <Field
          label={t.oldPassword}
          type="password"
          autoComplete="current-password"
          value={old}
          onChange={setOld}
          isRequired
        />
        <Field
          label={t.newPassword}
          hint={t.newPasswordHint}
          type="password"
          autoComplete="new-password"
          value={next}
          onChange={setNext}
          isRequired
        />
        {needsCode ? (
          <ProofFields
            code={code}
            onCode={setCode}
            onKey={(show) => change.mutate(show)}
            isReady={old !== '' && next !== ''}
            isPending={change.isPending}
          />
        ) : null}
        <FactorFailure error={change.error} />
        {change.isSuccess ? <Note kind="good">{t.passwordChanged}</Note> : null}
        <Button type="submit" isPending={change.isPending}>
          {t.changePassword}
        </Button>
      </form>
    </Section>
  );
}

type Session = Wire<'Session'>;

function Sessions() {
  const t = useMessages(messages);
  const client = useQueryClient();
  const { data, error } = useQuery({
    queryKey: ['my-sessions'],
    queryFn: ({ signal }) => api.get('/v1/me/sessions', { signal }),
  });
  const end = useMutation({
    mutationFn: (id: number) => api.delete('/v1/me/sessions/{id}', { params: { path: { id } } }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['my-sessions'] }),
  });
  return (
    <Section title={t.sessions}>
      {error === null ? null : <Failure error={error} />}
      {end.error === null ? null : <FailureNote error={end.error} />}
      {data === undefined && error === null ? <Skeleton lines={3} /> : null}
      {data === undefined ? null : <SessionTable sessions={data} onEnd={(id) => end.mutate(id)} />}
    </Section>
  );
}

interface SessionTableProps {
  sessions: readonly Session[];
  onEnd: (id: number) => void;
}

/** Where somebody is signed in. */
export function SessionTable({ sessions, onEnd }: SessionTableProps) {
  const t = useMessages(messages);
  const columns: Column<Session>[] = [
    {
      id: 'browser',
      name: t.browser,
      cell: ({ user_agent, current }) => (
        <span className="rec-settings-line">
          <bdi>{user_agent ?? t.unknownBrowser}</bdi>
          {current ? <Badge tone="accent">{t.thisSession}</Badge> : null}
        </span>
      ),
    },
    { id: 'from', name: t.from, cell: ({ ip }) => <code>{ip}</code> },
    {
      id: 'used',
      name: t.lastUsed,
      isExtra: true,
      cell: ({ last_used_at }) => <Moment at={last_used_at} as="ago" />,
    },
    {
      id: 'end',
      isNumber: true,
      name: t.deeds,
      cell: ({ id, current }) =>
        current ? null : (
          <Button small onPress={() => onEnd(id)}>
            {t.end}
          </Button>
        ),
    },
  ];
  return (
    <DataTable
      label={t.sessions}
      columns={columns}
      rows={sessions}
      keyOf={({ id }) => String(id)}
    />
  );
}
