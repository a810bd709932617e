import { undoLink } from '../../app/undoLink.ts';
import { useMessages } from '../../messages/messages.ts';
import { Button } from '../../parts/Button.tsx';
import { Menu, type MenuEntry } from '../../parts/Menu.tsx';
import { keyText } from '../../parts/Value.tsx';
import { messages } from './detailsMessages.ts';
import { timelineRoute } from './route.ts';
import type { Change } from './stream.ts';

interface UndoMenuProps {
  tx: number;
  change: Change | undefined;
  session: string | undefined;
}

/** So many fields can be taken back one by one from here. */
const mostFields = 12;

/** How much of it is to be taken back; what follows is a plan, and nothing is changed yet. */
export function UndoMenu({ tx, change, session }: UndoMenuProps) {
  const t = useMessages(messages);
  const { target } = timelineRoute.useParams();
  const fields = change?.op === 'update' && change.changed.length > 1 ? change.changed : [];
  const record = change && {
    transactions: [String(tx)],
    tables: [change.table],
    key: keyText(change.key),
  };
  const entries: MenuEntry[] = [
    ...(change
      ? [
          {
            id: 'change',
            name: t.undoChange,
            href: undoLink(target, { changes: [change.id] }),
          },
        ]
      : []),
    ...fields.slice(0, mostFields).map((field) => ({
      id: `field ${field}`,
      name: t.undoField(field),
      href: undoLink(target, { ...record, columns: [field] }),
    })),
    { id: 'tx', name: t.undoTransaction, href: undoLink(target, { transactions: [String(tx)] }) },
    ...(session === undefined
      ? []
      : [
          {
            id: 'session',
            name: t.undoSession,
            hint: session,
            href: undoLink(target, { session }),
          },
        ]),
  ];
  return (
    <Menu label={t.undo} entries={entries}>
      <Button icon="undo" small>
        {t.undo}
      </Button>
    </Menu>
  );
}
