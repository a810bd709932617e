import type { Gap } from '../journal/change.ts';
import { Icon } from './icon.tsx';
import { useWording } from './wording.ts';

/** Says where changes may be missing: a log with a hole in it must not look whole. */
export function GapNotice({ gaps }: { gaps: readonly Gap[] }) {
  const { messages, dateTime } = useWording();
  if (gaps.length === 0) return null;
  return (
    <details className="pgr-gaps">
      <summary className="pgr-gaps-summary">
        <Icon name="warning" />
        {messages.gaps(gaps.length)}
      </summary>
      <ul className="pgr-gaps-list">
        {gaps.map((gap) => (
          <li key={`${gap.table} ${gap.from_tx} ${gap.reason}`} className="pgr-gap">
            <span className="pgr-gap-time">
              {gap.until_at
                ? messages.gapFrom(dateTime(gap.from_at), dateTime(gap.until_at))
                : messages.gapOpen(dateTime(gap.from_at))}
            </span>
            {gap.table}: {gap.means}
          </li>
        ))}
      </ul>
    </details>
  );
}
