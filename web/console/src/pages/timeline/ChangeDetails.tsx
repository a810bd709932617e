import { ChangeDiff } from '@pgrecall/react';
import { Link } from '@tanstack/react-router';

import { useMessages } from '../../messages/messages.ts';
import { ButtonLink } from '../../parts/Button.tsx';
import { Recall } from '../../parts/Recall.tsx';
import { keyLabel, keyText } from '../../parts/Value.tsx';
import { OperationSign } from '../../parts/OperationSign.tsx';
import { messages } from './detailsMessages.ts';
import { timelineRoute } from './route.ts';
import type { Change } from './stream.ts';
import type { Transaction } from './transaction.ts';
import { WhoFacts } from './WhoFacts.tsx';

interface ChangeDetailsProps {
  change: Change;
  transaction: Transaction | undefined;
}

/** One change: which record, field by field, who and why. */
export function ChangeDetails({ change, transaction }: ChangeDetailsProps) {
  const t = useMessages(messages);
  const { target } = timelineRoute.useParams();
  const { q } = timelineRoute.useSearch();
  const record = { table: change.table, key: keyText(change.key) };
  const count = transaction?.changes.length ?? 1;
  return (
    <div className="rec-details-parts">
      <div className="rec-details-record">
        <OperationSign op={change.op} />
        <h3>
          <code>{change.table}</code> <code className="rec-change-key">{keyLabel(change.key)}</code>
        </h3>
      </div>
      <Recall target={target}>
        <ChangeDiff change={change} />
      </Recall>
      <div className="rec-details-links">
        {change.key ? (
          <ButtonLink small to="/record/$target" params={{ target }} search={record} icon="clock">
            {t.history}
          </ButtonLink>
        ) : null}
        {count > 1 ? (
          <Link
            to="/timeline/$target"
            params={{ target }}
            search={{ ...(q !== undefined && { q }), tx: change.tx }}
          >
            {t.whole} ({t.changes(count)})
          </Link>
        ) : null}
      </div>
      <WhoFacts who={change} undoneBy={change.undone_by} transaction={transaction} />
    </div>
  );
}
