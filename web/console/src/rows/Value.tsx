import { useState } from 'react';

import './rows.css';
import { useMessages } from '../messages/messages.ts';
import { messages } from './messages.ts';
import { kindOf, textOf } from './value.ts';

/** How much of a long value is shown at first. */
const LONG = 280;

/** A value of a row: null and an empty text can be told apart, long ones are cut. */
export function Value({ value }: { value: unknown }) {
  const t = useMessages(messages);
  const [isWhole, setWhole] = useState(false);
  const kind = kindOf(value);
  if (kind === 'null') return <span className="rec-row-null">{t.null}</span>;
  const text = textOf(value);
  if (text === '') return <span className="rec-row-null">{t.empty}</span>;
  const isLong = text.length > LONG;
  return (
    <span className={`rec-row-value rec-row-value-${kind}`}>
      <bdi>{isLong && !isWhole ? `${text.slice(0, LONG)}…` : text}</bdi>
      {isLong ? (
        <button type="button" className="rec-row-more" onClick={() => setWhole(!isWhole)}>
          {isWhole ? t.less : t.more}
        </button>
      ) : null}
    </span>
  );
}
