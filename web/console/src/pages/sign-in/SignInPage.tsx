import { useMutation, useQuery } from '@tanstack/react-query';
import { useState, type SubmitEvent } from 'react';

import { awaitsFactor, isFactorAsked, signIn } from '../../app/session.ts';
import { useMessages } from '../../messages/messages.ts';
import { Button } from '../../parts/Button.tsx';
import { Field } from '../../parts/Field.tsx';
import { FailureNote, Note } from '../../parts/State.tsx';
import { Doorway } from '../../shell/Doorway.tsx';
import { FactorStep } from './FactorStep.tsx';
import { messages } from './messages.ts';
import { signInRoute } from './route.ts';
import { useEntered } from './entered.ts';
import { waysQuery } from './ways.ts';

/** Name and password, or single sign-on; then the second factor where there is one. */
export function SignInPage() {
  const t = useMessages(messages);
  const { over } = signInRoute.useSearch();
  const { data: ways } = useQuery(waysQuery);
  // Who comes back from a provider, or loads the page anew, may be half the way in.
  const half = useQuery({ queryKey: ['half-way'], queryFn: awaitsFactor, gcTime: 0, retry: false });
  const [step, setStep] = useState<{ name: string | null; isBack: boolean }>();
  if (step !== undefined ? !step.isBack : half.data === true) {
    return (
      <Doorway title={t.title} lead={t.claim}>
        <FactorStep
          name={step?.name ?? null}
          onBack={() => setStep({ name: null, isBack: true })}
        />
      </Doorway>
    );
  }
  const isPasswordOffered = ways?.password ?? true;
  return (
    <Doorway title={t.title} lead={t.claim}>
      {over ? <Note>{t.over}</Note> : null}
      {isPasswordOffered ? (
        <PasswordForm onFactor={(name) => setStep({ name, isBack: false })} />
      ) : null}
      {typeof ways?.openid === 'string' ? (
        <SingleSignOn label={ways.openid} isAlone={!isPasswordOffered} />
      ) : null}
    </Doorway>
  );
}

function PasswordForm({ onFactor }: { onFactor: (name: string) => void }) {
  const t = useMessages(messages);
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const entered = useEntered();
  const entering = useMutation({
    mutationFn: () => signIn({ name: name.trim(), password }),
    onSuccess: entered,
    onError: (error) => {
      if (isFactorAsked(error)) onFactor(name.trim());
    },
  });
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    entering.mutate();
  };
  return (
    <form onSubmit={submit}>
      {entering.isError && !isFactorAsked(entering.error) ? (
        <FailureNote error={entering.error} />
      ) : null}
      <Field label={t.name} value={name} onChange={setName} autoComplete="username" isRequired />
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
