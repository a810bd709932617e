import { Link } from '@tanstack/react-router';

import { useMessages } from '../../messages/messages.ts';
import { Note } from '../../parts/State.tsx';
import { keyLabel, tableLabel } from '../../parts/Value.tsx';
import { OperationSign } from '../../parts/OperationSign.tsx';
import { messages } from './detailsMessages.ts';
import { timelineRoute } from './route.ts';
import type { Change } from './stream.ts';
import type { Transaction } from './transaction.ts';
import { WhoFacts } from './WhoFacts.tsx';

/** So many changes are listed; the list of the page has them all. */
const mostListed = 200;

/** A transaction as a whole: who and why, and what it changed. */
export function TransactionDetails({ transaction }: { transaction: Transaction }) {
  const t = useMessages(messages);
  const { changes, more_changes, undone_by } = transaction;
  return (
    <div className="rec-details-parts">
      <WhoFacts who={transaction} undoneBy={undone_by} transaction={transaction} />
      <section>
        <h3 className="rec-details-subtitle">
          {more_changes ? `${changes.length}+` : t.changes(changes.length)}
        </h3>
        {changes.length === 0 ? <Note>{t.removed}</Note> : null}
        <ul className="rec-details-changes">
          {changes.slice(0, mostListed).map((change) => (
            <li key={change.id}>
              <ChangeLink change={change} />
            </li>
          ))}
        </ul>
        {more_changes || changes.length > mostListed ? <Note>{t.more}</Note> : null}
      </section>
    </div>
  );
}

function ChangeLink({ change }: { change: Change }) {
  const { target } = timelineRoute.useParams();
  const { q } = timelineRoute.useSearch();
  return (
    <Link
      to="/timeline/$target"
      params={{ target }}
      search={{ ...(q !== undefined && { q }), tx: change.tx, change: change.id }}
      className="rec-details-change"
    >
      <OperationSign op={change.op} />
      <code>
        {tableLabel(change.table)}
        <span className="rec-change-key">{keyLabel(change.key)}</span>
      </code>
      <span className="rec-details-columns">{change.changed.join(', ')}</span>
    </Link>
  );
}
