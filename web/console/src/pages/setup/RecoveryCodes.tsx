import { useMessages } from '../../messages/messages.ts';
import { Button } from '../../parts/Button.tsx';
import { Note } from '../../parts/State.tsx';
import { messages } from './messages.ts';

interface RecoveryCodesProps {
  codes: readonly string[];
  onDone: () => void;
}

/** Codes that stand in for a second factor, told once. */
export function RecoveryCodes({ codes, onDone }: RecoveryCodesProps) {
  const t = useMessages(messages);
  const text = codes.join('\n');
  const download = () => {
    const address = URL.createObjectURL(new Blob([`${text}\n`], { type: 'text/plain' }));
    const link = document.createElement('a');
    link.href = address;
    link.download = 'pgrecall-recovery-codes.txt';
    link.click();
    URL.revokeObjectURL(address);
  };
  return (
    <div className="rec-factor">
      <Note kind="warn">{t.recoveryText}</Note>
      <ul className="rec-factor-codes" aria-label={t.recovery}>
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
      <div className="rec-factor-actions">
        <Button onPress={() => void navigator.clipboard.writeText(text)}>{t.copyCodes}</Button>
        <Button onPress={download}>{t.download}</Button>
      </div>
      <Button kind="primary" onPress={onDone}>
        {t.done}
      </Button>
    </div>
  );
}
