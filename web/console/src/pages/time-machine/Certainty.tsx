import { useMessages } from '../../messages/messages.ts';
import { Badge } from '../../parts/Facts.tsx';
import { Note, WithCode } from '../../parts/State.tsx';
import { messages } from './messages.ts';

/** Whether an answer is exactly of the moment that was asked for. */
export function Certainty({ certainty }: { certainty: string }) {
  const t = useMessages(messages);
  const said = {
    now: { tone: 'plain', name: t.present, hint: t.presentHint },
    exact: { tone: 'insert', name: t.exact, hint: t.exactHint },
  } as const;
  const known = certainty === 'now' || certainty === 'exact' ? said[certainty] : undefined;
  return (
    <span title={known?.hint ?? t.approximateHint}>
      <Badge tone={known?.tone ?? 'warn'}>{known?.name ?? certainty}</Badge>
    </span>
  );
}

/** What a reader of an answer should know, such as gaps. */
export function Warnings({ warnings }: { warnings: readonly string[] }) {
  const t = useMessages(messages);
  if (warnings.length === 0) return null;
  return (
    <Note kind="warn">
      <h3 className="only-read-aloud">{t.warnings}</h3>
      <ul className="rec-tm-warnings">
        {[...new Set(warnings)].map((warning) => (
          <li key={warning}>
            <WithCode text={warning.charAt(0).toUpperCase() + warning.slice(1)} />
          </li>
        ))}
      </ul>
    </Note>
  );
}
