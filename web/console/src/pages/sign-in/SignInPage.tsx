import { isProblem } from '@pgrecall/api-client';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { useState, type SubmitEvent } from 'react';

import { signIn } from '../../app/session.ts';
import { useMessages } from '../../messages/messages.ts';
import { Button } from '../../parts/Button.tsx';
import { Field } from '../../parts/Field.tsx';
import { FailureNote, Note } from '../../parts/State.tsx';
import { Doorway } from '../../shell/Doorway.tsx';
import { messages } from './messages.ts';
import { signInRoute } from './route.ts';
import { waysQuery } from './ways.ts';

/** Name and password, then the code of the second factor where there is one; or single sign-on. */
export function SignInPage() {
  const t = useMessages(messages);
  const { over } = signInRoute.useSearch();
  const { data: ways } = useQuery(waysQuery);
  const isPasswordOffered = ways?.password ?? true;
  return (
    <Doorway title={t.title} lead={t.claim}>
      {over ? <Note>{t.over}</Note> : null}
      {isPasswordOffered ? <PasswordForm /> : null}
      {typeof ways?.openid === 'string' ? (
        <SingleSignOn label={ways.openid} isAlone={!isPasswordOffered} />
      ) : null}
    </Doorway>
  );
}

function PasswordForm() {
  const t = useMessages(messages);
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const { next } = signInRoute.useSearch();
  const router = useRouter();
  const entering = useMutation({
    mutationFn: () =>
      signIn({ name: name.trim(), password, ...(code !== '' && { code: code.trim() }) }),
    onSuccess: () => router.history.push(next ?? '/'),
  });
  const [isCodeAsked, setCodeAsked] = useState(false);
  const isCodeNeeded = isProblem(entering.error) && entering.error.code === 'access/code-needed';
  if (isCodeNeeded && !isCodeAsked) setCodeAsked(true);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    entering.mutate();
  };
  const back = () => {
    setCodeAsked(false);
    setCode('');
    entering.reset();
  };
  return (
    <form onSubmit={submit}>
      {entering.isError && !isCodeNeeded ? <FailureNote error={entering.error} /> : null}
      {isCodeAsked ? (
        <>
          <p>{t.codeFor(name)}</p>
          <Field
            label={t.code}
            hint={t.codeHint}
            value={code}
            onChange={setCode}
            autoComplete="one-time-code"
            // It takes the place of the field that was just sent off.
            // eslint-disable-next-line jsx-a11y/no-autofocus
            autoFocus
            isRequired
            mono
          />
          <Button type="submit" kind="primary" isPending={entering.isPending}>
            {t.confirm}
          </Button>
          <Button onPress={back}>{t.back}</Button>
        </>
      ) : (
        <>
          <Field
            label={t.name}
            value={name}
            onChange={setName}
            autoComplete="username"
            isRequired
          />
          <Field
            label={t.password}
            value={password}
            onChange={setPassword}
            type="password"
            autoComplete="current-password"
            isRequired
          />
          <Button type="submit" kind="primary" isPending={entering.isPending}>
            {t.submit}
          </Button>
        </>
      )}
    </form>
  );
}

function SingleSignOn({ label, isAlone }: { label: string; isAlone: boolean }) {
  const t = useMessages(messages);
  const { next } = signInRoute.useSearch();
  const start = `/v1/session/openid${next === undefined ? '' : `?return_to=${encodeURIComponent(next)}`}`;
  return (
    <>
      {isAlone ? null : <p className="rec-doorway-or">{t.or}</p>}
      <a className="rec-button rec-button-plain" href={start}>
        {t.openid(label)}
      </a>
    </>
  );
}
