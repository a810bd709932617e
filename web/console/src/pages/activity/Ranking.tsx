import { Link } from '@tanstack/react-router';
import { useState } from 'react';

import { useFormats } from '../../messages/format.ts';
import { useMessages } from '../../messages/messages.ts';
import { Button } from '../../parts/Button.tsx';
import { Moment } from '../../parts/Moment.tsx';
import { withTerm, writeQuery } from '../timeline/query.ts';
import { termsOf, type Activity, type Scope } from './activity.ts';
import { messages } from './messages.ts';

interface RankingProps {
  /** What is ranked: the heading of its column. */
  name: string;
  activity: readonly Activity[];
  labelOf: (activity: Activity) => string;
  scope: Scope;
  by: 'actor' | 'table' | 'session';
}

const shownAtFirst = 8;

/** Who or what was changed most, with what was done. */
export function Ranking({ name, activity, labelOf, scope, by }: RankingProps) {
  const t = useMessages(messages);
  const { number } = useFormats();
  const [isWhole, setWhole] = useState(false);
  const most = Math.max(1, ...activity.map(({ changes }) => changes));
  const shown = isWhole ? activity : activity.slice(0, shownAtFirst);
  const rest = activity.length - shown.length;
  return (
    <>
      <table className="rec-table rec-ranking" aria-label={name}>
        <thead>
          <tr>
            <th scope="col" className="rec-cell">
              {name}
            </th>
            <th scope="col" className="rec-cell rec-cell-number">
              {t.changes}
            </th>
            <th scope="col" className="rec-cell rec-ranking-share">
              {t.share}
            </th>
            <th scope="col" className="rec-cell rec-cell-number rec-cell-extra">
              {t.last}
            </th>
          </tr>
        </thead>
        <tbody>
          {shown.map((one) => (
            <tr key={`${labelOf(one)} ${Object.keys(one.group).join()}`}>
              <td className="rec-cell rec-ranking-name">
                <RankedLink label={labelOf(one)} activity={one} scope={scope} by={by} />
              </td>
              <td className="rec-cell rec-cell-number">{number(one.changes)}</td>
              <td className="rec-cell rec-ranking-share">
                <ShareBar activity={one} most={most} />
              </td>
              <td className="rec-cell rec-cell-number rec-cell-extra">
                <Moment at={one.last_at} as="ago" />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {rest > 0 ? (
        <div className="rec-ranking-more">
          <Button small kind="quiet" onPress={() => setWhole(true)}>
            {t.showAll(rest)}
          </Button>
        </div>
      ) : null}
    </>
  );
}

interface RankedLinkProps {
  label: string;
  activity: Activity;
  scope: Scope;
  by: RankingProps['by'];
}

/** An actor leads to the page of theirs, anything else to its changes. */
function RankedLink({ label, activity, scope, by }: RankedLinkProps) {
  const t = useMessages(messages);
  const { target, stretch } = scope;
  if (label === '') return <span className="rec-ranking-nobody">{t.unknown}</span>;
  if (by === 'actor' && activity.group.actor !== undefined && activity.group.actor !== null) {
    return (
      <Link to="/activity/$target" params={{ target }} search={{ stretch, actor: label }}>
        {label}
      </Link>
    );
  }
  if (by === 'actor') return <span className="rec-ranking-nobody">{label}</span>;
  const q = writeQuery(withTerm(termsOf(scope), { name: by, value: label }));
  return (
    <Link to="/timeline/$target" params={{ target }} search={{ q }}>
      <code>{label}</code>
    </Link>
  );
}

/** How much compared with the most, and what of it was inserted, updated, deleted. */
function ShareBar({ activity, most }: { activity: Activity; most: number }) {
  const t = useMessages(messages);
  const { inserts, updates, deletes, truncates } = activity;
  const parts = [
    ['insert', inserts, t.inserts],
    ['update', updates, t.updates],
    ['delete', deletes + truncates, t.deletes],
  ] as const;
  let left = 0;
  const label = parts.map(([, count, name]) => `${name} ${count}`).join(', ');
  return (
    <svg
      className="rec-share"
      viewBox="0 0 100 8"
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      <title>{label}</title>
      {parts.map(([kind, count]) => {
        const width = (count / most) * 100;
        const x = left;
        left += width;
        return <rect key={kind} className={`rec-bar-${kind}`} x={x} width={width} height="8" />;
      })}
    </svg>
  );
}
