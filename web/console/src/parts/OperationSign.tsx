import './OperationSign.css';
import { defineMessages, useMessages } from '../messages/messages.ts';

const messages = defineMessages({
  en: { insert: 'Insert', update: 'Update', delete: 'Delete', truncate: 'Truncate' },
  de: { insert: 'Einfügen', update: 'Ändern', delete: 'Löschen', truncate: 'Leeren' },
});

const signs: Record<string, string> = { insert: '+', update: '~', delete: '−', truncate: '×' };

/** What a change did, as a sign whose form tells as much as its colour; how many, where counted. */
export function OperationSign({ op, count }: { op: string; count?: string }) {
  const names: Record<string, string> = useMessages(messages);
  return (
    <span className={`rec-sign rec-sign-${op}`} title={names[op] ?? op}>
      <span aria-hidden="true">{signs[op] ?? '~'}</span>
      <span className="only-read-aloud">{names[op] ?? op} </span>
      {count === undefined ? null : <span className="rec-sign-count">{count}</span>}
    </span>
  );
}
