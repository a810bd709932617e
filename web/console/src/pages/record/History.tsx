import { ChangeDiff } from '@pgrecall/react';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';

import { undoLink } from '../../app/undoLink.ts';
import type { Wire } from '../../app/api.ts';
import { useMessages } from '../../messages/messages.ts';
import { Button, ButtonAnchor } from '../../parts/Button.tsx';
import { Badge } from '../../parts/Facts.tsx';
import { Moment } from '../../parts/Moment.tsx';
import { Recall } from '../../parts/Recall.tsx';
import { OperationSign } from '../../parts/OperationSign.tsx';
import { messages } from './messages.ts';
import { recordRoute } from './route.ts';

type Change = Wire<'Change'>;

/** So many steps are shown at first, and added at a time. */
const portion = 40;

/** The changes of a record, newest first. */
export function History({ steps }: { steps: readonly Change[][] }) {
  const t = useMessages(messages);
  const { target } = recordRoute.useParams();
  const { step = steps.length } = recordRoute.useSearch();
  const [count, setCount] = useState(portion);
  const newest = steps.map((changes, index) => ({ changes, place: index + 1 })).toReversed();
  const rest = newest.length - count;
  return (
    <section className="rec-section rec-history" aria-label={t.history}>
      <header className="rec-section-head">
        <h2 className="rec-section-title">{t.history}</h2>
        <span className="rec-section-hint">{t.changes(steps.flat().length)}</span>
      </header>
      <Recall target={target}>
        <ol className="rec-history-steps">
          {newest.slice(0, count).map(({ changes, place }) => (
            <li key={place} data-chosen={place === step} data-later={place > step}>
              {changes.map((change) => (
                <Entry key={change.id} change={change} place={place} isChosen={place === step} />
              ))}
            </li>
          ))}
        </ol>
      </Recall>
      {rest > 0 ? (
        <div className="rec-history-more">
          <Button onPress={() => setCount(count + portion)}>{t.older(rest)}</Button>
        </div>
      ) : null}
    </section>
  );
}

interface EntryProps {
  change: Change;
  place: number;
  isChosen: boolean;
}

function Entry({ change, place, isChosen }: EntryProps) {
  const t = useMessages(messages);
  const { target } = recordRoute.useParams();
  const navigate = useNavigate({ from: '/record/$target' });
  const look = () =>
    void navigate({ search: (before) => ({ ...before, step: place }), replace: true });
  return (
    <article className="rec-history-entry">
      <header className="rec-history-head">
        <OperationSign op={change.op} />
        <span className="rec-history-actor">
          {change.actor ?? change.database_user ?? t.unknownActor}
        </span>
        <Moment at={change.at} />
        {change.undone_by.length > 0 ? <Badge>{t.undone}</Badge> : null}
        <Link
          to="/timeline/$target"
          params={{ target }}
          search={{ q: `tx:${change.tx}`, tx: change.tx, change: change.id }}
          className="rec-history-tx"
        >
          {t.transaction} <code>{change.tx}</code>
        </Link>
      </header>
      {change.reason ? <p className="rec-history-reason">{change.reason}</p> : null}
      <ChangeDiff change={change} label={`${t.transaction} ${change.tx}, ${change.id}`} />
      <footer className="rec-history-deeds">
        <Button small kind="quiet" onPress={look} isDisabled={isChosen}>
          {t.lookThen}
        </Button>
        <ButtonAnchor small kind="quiet" href={undoLink(target, { changes: [change.id] })}>
          {t.undo}
        </ButtonAnchor>
      </footer>
    </article>
  );
}
