import type { ReactNode } from 'react';
import type { Change } from '../journal/change.ts';
import { ActorName } from './actor-name.tsx';
import { Icon } from './icon.tsx';
import { useWording } from './wording.ts';

/** Who made a change, when, why and from where; what is not known is left out. */
export function ChangeFacts({ change }: { change: Change }) {
  const { messages, exactTime } = useWording();
  return (
    <>
      {change.undone_by.length > 0 && (
        <p className="pgr-undone-by">
          <Icon name="undone" />
          {messages.undoneBy(change.undone_by.join(', '))}
        </p>
      )}
      <dl className="pgr-facts">
        <Fact name={messages.who}>
          <ActorName who={change} />
        </Fact>
        <Fact name={messages.when}>
          <time dateTime={change.at}>{exactTime(change.at)}</time>
        </Fact>
        <Fact name={messages.why}>{change.reason}</Fact>
        <Fact name={messages.transaction}>{change.tx}</Fact>
        <Fact name={messages.tenant}>{change.tenant}</Fact>
        <Fact name={messages.session}>{change.session}</Fact>
        <Fact name={messages.request}>{change.request}</Fact>
        <Fact name={messages.application}>{change.application}</Fact>
        <Fact name={messages.address}>{change.ip}</Fact>
        <Fact name={messages.databaseUser}>{change.database_user}</Fact>
      </dl>
    </>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  if (children === null || children === undefined || children === '') return null;
  return (
    <div className="pgr-fact">
      <dt className="pgr-fact-name">{name}</dt>
      <dd className="pgr-fact-value">{children}</dd>
    </div>
  );
}
