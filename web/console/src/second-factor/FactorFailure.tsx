import { useMessages } from '../messages/messages.ts';
import { FailureNote, Note } from '../parts/State.tsx';
import { KeyError } from './browserKeys.ts';
import { messages } from './messages.ts';

/** Says why something was not done for which a second factor was to be shown. */
export function FactorFailure({ error }: { error: Error | null }) {
  const t = useMessages(messages);
  if (error === null) return null;
  if (!(error instanceof KeyError)) return <FailureNote error={error} />;
  return (
    <div role="alert">
      <Note kind="warn">{t.trouble[error.trouble] ?? error.message}</Note>
    </div>
  );
}
