import { useQuery } from '@tanstack/react-query';

import { useMessages } from '../messages/messages.ts';
import { Button } from '../parts/Button.tsx';
import { Field } from '../parts/Field.tsx';
import { knowsKeys } from './browserKeys.ts';
import { factorsQuery, showKey, type Show } from './factors.ts';
import { messages } from './messages.ts';

interface ProofFieldsProps {
  code: string;
  onCode: (code: string) => void;
  /** Goes on with a key, in place of the code. */
  onKey: (show: Show) => void;
  /** Whether everything else is said, so that a key can be asked. */
  isReady: boolean;
  isPending: boolean;
}

/** Where a second factor is shown: a code to type, and a key where there is one. */
export function ProofFields({ code, onCode, onKey, isReady, isPending }: ProofFieldsProps) {
  const t = useMessages(messages);
  const { data } = useQuery(factorsQuery);
  const hasKeys = knowsKeys() && data !== undefined && data.keys.length > 0;
  return (
    <FactorFields
      code={code}
      onCode={onCode}
      isDevice={data?.device ?? true}
      action={
        hasKeys ? (
          <Button
            icon="key"
            isDisabled={!isReady}
            isPending={isPending}
            onPress={() => onKey(showKey)}
          >
            {t.useKey}
          </Button>
        ) : null
      }
    />
  );
}

interface FactorFieldsProps {
  code: string;
  onCode: (code: string) => void;
  isDevice: boolean;
  action: React.ReactNode;
}

/** The same where it is known what there is. */
export function FactorFields({ code, onCode, isDevice, action }: FactorFieldsProps) {
  const t = useMessages(messages);
  return (
    <>
      {action}
      <Field
        label={isDevice ? t.code : t.recoveryCode}
        hint={isDevice ? t.codeHint : t.recoveryCodeHint}
        value={code}
        onChange={onCode}
        inputMode={isDevice ? 'numeric' : 'text'}
        autoComplete="one-time-code"
        mono
        isRequired
      />
    </>
  );
}
