import { useQuery } from '@tanstack/react-query';
import { useEffect, type ReactNode } from 'react';

import './details.css';
import { useMessages } from '../../messages/messages.ts';
import { IconButton } from '../../parts/Button.tsx';
import { CopyButton } from '../../parts/CopyButton.tsx';
import { Dialog } from '../../parts/Dialog.tsx';
import { Failure, Skeleton } from '../../parts/State.tsx';
import { useIsWide } from '../../parts/wide.ts';
import { isTyping } from '../../shell/Shortcuts.tsx';
import { ChangeDetails } from './ChangeDetails.tsx';
import { messages } from './detailsMessages.ts';
import { timelineRoute } from './route.ts';
import type { Change } from './stream.ts';
import { transactionQuery } from './transaction.ts';
import { TransactionDetails } from './TransactionDetails.tsx';
import { UndoMenu } from './UndoMenu.tsx';

interface DetailsProps {
  tx: number;
  change: number | undefined;
  /** Changes that the list has already. */
  known: readonly Change[];
  onClose: () => void;
}

/** A transaction or one of its changes, beside the list; over it where there is no room. */
export function Details({ tx, change: id, known, onClose }: DetailsProps) {
  const t = useMessages(messages);
  const { target } = timelineRoute.useParams();
  const transaction = useQuery(transactionQuery(target, tx));
  const change =
    known.find((one) => one.id === id) ?? transaction.data?.changes.find((one) => one.id === id);
  const actions = (
    <>
      <UndoMenu tx={tx} change={change} session={transaction.data?.session ?? undefined} />
      <CopyButton text={window.location.href} label={t.link} />
    </>
  );
  return (
    <Panel title={t.transaction(tx)} actions={actions} onClose={onClose}>
      {change !== undefined ? (
        <ChangeDetails change={change} transaction={transaction.data} />
      ) : transaction.isError ? (
        <Failure error={transaction.error} onRetry={() => void transaction.refetch()} />
      ) : transaction.isPending ? (
        <Skeleton lines={10} />
      ) : (
        <TransactionDetails transaction={transaction.data} />
      )}
    </Panel>
  );
}

interface PanelProps {
  title: string;
  actions: ReactNode;
  onClose: () => void;
  children: ReactNode;
}

function Panel({ title, actions, onClose, children }: PanelProps) {
  const t = useMessages(messages);
  const isWide = useIsWide();
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.key === 'Escape' && !isTyping(event)) onClose();
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, [onClose]);
  if (!isWide) {
    return (
      <Dialog place="side" isOpen title={title} onClose={onClose}>
        <div className="rec-details-actions">{actions}</div>
        {children}
      </Dialog>
    );
  }
  return (
    <aside className="rec-details" aria-label={t.details}>
      <header className="rec-details-head">
        <h2 className="rec-details-title">{title}</h2>
        <div className="rec-details-actions">
          {actions}
          <IconButton icon="close" label={t.close} onPress={onClose} />
        </div>
      </header>
      {/* Who has only a keyboard scrolls what can be focused. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <div className="rec-details-body" tabIndex={0} role="region" aria-label={title}>
        {children}
      </div>
    </aside>
  );
}
