import { useMutation, useQuery } from '@tanstack/react-query';
import { useState, type SubmitEvent } from 'react';
import { encode } from 'uqr';

import { api, keepCsrfToken, type Wire } from '../../app/api.ts';
import { useMessages } from '../../messages/messages.ts';
import { Button } from '../../parts/Button.tsx';
import { CopyButton } from '../../parts/CopyButton.tsx';
import { Field } from '../../parts/Field.tsx';
import { FailureNote, Skeleton } from '../../parts/State.tsx';
import { messages } from './messages.ts';
import { RecoveryCodes } from './RecoveryCodes.tsx';

interface SecondFactorEnrolmentProps {
  /** The secret, where another second factor had to be shown for it. */
  begun?: Wire<'NewFactor'>;
  onDone: () => void;
}

/** Sets up a device as second factor: secret, proof that the device knows it, recovery codes. */
export function SecondFactorEnrolment({ begun, onDone }: SecondFactorEnrolmentProps) {
  const t = useMessages(messages);
  const [code, setCode] = useState('');
  // Asked for once: a second secret would make the first one worthless.
  const factor = useQuery({
    queryKey: ['second-factor', 'new'],
    queryFn: () => begun ?? api.post('/v1/me/second-factor'),
    staleTime: Infinity,
    gcTime: 0,
  });
  const confirming = useMutation({
    mutationFn: () => api.post('/v1/me/second-factor/confirm', { body: { code: code.trim() } }),
    onSuccess: ({ csrf_token, recovery_codes }) => {
      keepCsrfToken(csrf_token);
      if (recovery_codes.length === 0) onDone();
    },
  });
  if (factor.isError) return <FailureNote error={factor.error} />;
  if (factor.isPending) return <Skeleton lines={4} />;
  if (confirming.isSuccess && confirming.data.recovery_codes.length > 0) {
    return <RecoveryCodes codes={confirming.data.recovery_codes} onDone={onDone} />;
  }
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    confirming.mutate();
  };
  return (
    <form className="rec-factor" onSubmit={submit}>
      <p>{t.scan}</p>
      <QrCode text={factor.data.uri} label={t.qr} />
      <div className="rec-factor-secret">
        <code>{factor.data.secret}</code>
        <CopyButton text={factor.data.secret} label={t.copySecret} />
      </div>
      {confirming.isError ? <FailureNote error={confirming.error} /> : null}
      <Field
        label={t.code}
        value={code}
        onChange={setCode}
        autoComplete="one-time-code"
        inputMode="numeric"
        isRequired
        mono
      />
      <Button type="submit" kind="primary" isPending={confirming.isPending}>
        {t.confirm}
      </Button>
    </form>
  );
}

/** The dark fields of the code as one drawing; always dark on light, as cameras expect it. */
function QrCode({ text, label }: { text: string; label: string }) {
  const { data, size } = encode(text, { border: 0 });
  const fields = data.flatMap((row, y) =>
    row.map((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : '')),
  );
  return (
    <svg className="rec-factor-qr" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={label}>
      <path d={fields.join('')} fill="#000" shapeRendering="crispEdges" />
    </svg>
  );
}
