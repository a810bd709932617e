import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';

import type { Wire } from '../../app/api.ts';
import { useMessages } from '../../messages/messages.ts';
import { Facts } from '../../parts/Facts.tsx';
import { Moment } from '../../parts/Moment.tsx';
import { Value } from '../../parts/Value.tsx';
import { messages } from './detailsMessages.ts';
import { writeQuery, type Name } from './query.ts';
import { timelineRoute } from './route.ts';
import type { Transaction } from './transaction.ts';

interface WhoFactsProps {
  who: Wire<'Who'> & { at: string };
  undoneBy: readonly number[];
  transaction: Transaction | undefined;
}

/** Who, when, why and from where; names lead to what else they did. */
export function WhoFacts({ who, undoneBy, transaction }: WhoFactsProps) {
  const t = useMessages(messages);
  const extra = Object.entries(transaction?.extra ?? {});
  return (
    <Facts
      facts={[
        [t.at, <Moment key="at" at={who.at} />],
        [t.actor, who.actor && <Found key="actor" name="actor" value={who.actor} />],
        [t.reason, who.reason],
        [t.session, who.session && <Found key="session" name="session" value={who.session} />],
        [t.request, who.request && <code key="request">{who.request}</code>],
        [t.tenant, who.tenant && <Found key="tenant" name="tenant" value={who.tenant} />],
        [t.application, who.application],
        [t.databaseUser, who.database_user && <code key="user">{who.database_user}</code>],
        [t.ip, who.ip && <code key="ip">{who.ip}</code>],
        [
          t.undoes,
          transaction?.undoes.length ? <Others key="of" txs={transaction.undoes} /> : null,
        ],
        [t.undoneBy, undoneBy.length > 0 ? <Others key="by" txs={undoneBy} /> : null],
        ...extra.map(([name, value]): [string, ReactNode] => [
          name,
          <Value key={name} value={value} />,
        ]),
      ]}
    />
  );
}

/** Leads to everything with the same value. */
function Found({ name, value }: { name: Name; value: string }) {
  const { target } = timelineRoute.useParams();
  return (
    <Link to="/timeline/$target" params={{ target }} search={{ q: writeQuery([{ name, value }]) }}>
      {value}
    </Link>
  );
}

function Others({ txs }: { txs: readonly number[] }) {
  const { target } = timelineRoute.useParams();
  return (
    <span className="rec-details-txs">
      {txs.map((tx) => (
        <Link key={tx} to="/timeline/$target" params={{ target }} search={{ q: `tx:${tx}`, tx }}>
          <code>{tx}</code>
        </Link>
      ))}
    </span>
  );
}
