import { isProblem } from '@pgrecall/api-client';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState, type SubmitEvent } from 'react';

import { api } from '../../app/api.ts';
import { signIn } from '../../app/session.ts';
import { useMessages } from '../../messages/messages.ts';
import { Button, ButtonLink } from '../../parts/Button.tsx';
import { Field } from '../../parts/Field.tsx';
import { Failure, FailureNote, Skeleton } from '../../parts/State.tsx';
import { Doorway } from '../../shell/Doorway.tsx';
import { messages } from './messages.ts';
import { setupRoute } from './route.ts';
import { SecondFactorEnrolment } from './SecondFactorEnrolment.tsx';

type Kind = 'first' | 'user' | 'gone';

const leastCharacters = 12;

/** What a link is for. There is no request that only asks; one that cannot succeed tells. */
async function kindOf(invitation: string): Promise<Kind> {
  try {
    await api.post('/v1/invitations', { body: { invitation, password: '' } });
    return 'gone';
  } catch (error) {
    if (!isProblem(error)) throw error;
    if (error.code === 'access/user-name') return 'first';
    if (error.code === 'access/password') return 'user';
    if (error.code === 'access/no-invitation') return 'gone';
    throw error;
  }
}

/** What stands behind a one-time link: a name for the first administrator, and a password. */
export function SetupPage() {
  const t = useMessages(messages);
  const { invitation = '' } = setupRoute.useSearch();
  const [isIn, setIn] = useState(false);
  const navigate = useNavigate();
  const kind = useQuery({
    queryKey: ['invitation', invitation],
    queryFn: () => kindOf(invitation),
    staleTime: Infinity,
    enabled: !isIn,
  });
  if (isIn) {
    const leave = () => void navigate({ to: '/' });
    return (
      <Doorway title={t.protect} lead={t.protectLead}>
        <SecondFactorEnrolment onDone={leave} />
        <Button onPress={leave}>{t.later}</Button>
      </Doorway>
    );
  }
  if (kind.isError) {
    return (
      <Doorway title={t.welcome}>
        <Failure error={kind.error} onRetry={() => void kind.refetch()} />
      </Doorway>
    );
  }
  if (kind.data === 'gone') {
    return (
      <Doorway title={t.gone} lead={t.goneText}>
        <ButtonLink to="/sign-in">{t.toSignIn}</ButtonLink>
      </Doorway>
    );
  }
  const isFirst = kind.data === 'first';
  return (
    <Doorway title={isFirst ? t.first : t.welcome} lead={isFirst ? t.firstLead : t.welcomeLead}>
      {kind.isPending ? (
        <Skeleton lines={4} />
      ) : (
        <PasswordForm invitation={invitation} isFirst={isFirst} onDone={() => setIn(true)} />
      )}
    </Doorway>
  );
}

interface PasswordFormProps {
  invitation: string;
  isFirst: boolean;
  onDone: () => void;
}

function PasswordForm({ invitation, isFirst, onDone }: PasswordFormProps) {
  const t = useMessages(messages);
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const [repeated, setRepeated] = useState('');
  const [wrong, setWrong] = useState<'short' | 'differ'>();
  const accepting = useMutation({
    mutationFn: async () => {
      const body = { invitation, password, ...(isFirst && { name: name.trim() }) };
      const { user } = await api.post('/v1/invitations', { body });
      await signIn({ name: user, password });
    },
    onSuccess: onDone,
  });
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const isShort = password.length < leastCharacters;
    const found = isShort ? 'short' : password === repeated ? undefined : 'differ';
    setWrong(found);
    if (found === undefined) accepting.mutate();
  };
  return (
    <form onSubmit={submit}>
      {accepting.isError ? <FailureNote error={accepting.error} /> : null}
      {isFirst ? (
        <Field
          label={t.name}
          hint={t.nameHint}
          value={name}
          onChange={setName}
          autoComplete="username"
          isRequired
        />
      ) : null}
      <Field
        label={t.password}
        hint={t.passwordHint}
        error={wrong === 'short' ? t.short : undefined}
        value={password}
        onChange={setPassword}
        type="password"
        autoComplete="new-password"
        isRequired
      />
      <Field
        label={t.repeat}
        error={wrong === 'differ' ? t.differ : undefined}
        value={repeated}
        onChange={setRepeated}
        type="password"
        autoComplete="new-password"
        isRequired
      />
      <Button type="submit" kind="primary" isPending={accepting.isPending}>
        {t.submit}
      </Button>
    </form>
  );
}
