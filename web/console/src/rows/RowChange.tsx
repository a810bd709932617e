import { useState } from 'react';

import './rows.css';
import { useFormats } from '../messages/format.ts';
import { useMessages } from '../messages/messages.ts';
import { messages } from './messages.ts';
import { Value } from './Value.tsx';
import { isSame, type Row } from './value.ts';

/** How many columns of a whole row are shown at first. */
const FEW = 8;

interface RowChangeProps {
  before: Row | undefined;
  after: Row | undefined;
}

/** What a row was and what it becomes, column by column; of a row that stays, what differs. */
export function RowChange({ before, after }: RowChangeProps) {
  const t = useMessages(messages);
  const { number } = useFormats();
  const [isWhole, setWhole] = useState(false);
  const columns = differing(before, after);
  const shown = isWhole ? columns : columns.slice(0, FEW);
  return (
    <div className="rec-row-change">
      <dl className="rec-row-fields">
        {shown.map((column) => (
          <div key={column} className="rec-row-field">
            <dt className="rec-row-column">{column}</dt>
            <dd className="rec-row-values">
              {before === undefined ? null : (
                <del className="rec-row-before">
                  <span className="only-read-aloud">{t.before} </span>
                  <Value value={before[column]} />
                </del>
              )}
              {after === undefined ? null : (
                <ins className="rec-row-after">
                  <span className="only-read-aloud">{t.after} </span>
                  <Value value={after[column]} />
                </ins>
              )}
            </dd>
          </div>
        ))}
      </dl>
      {columns.length > shown.length ? (
        <button type="button" className="rec-row-more" onClick={() => setWhole(true)}>
          {t.moreColumns(number(columns.length - shown.length))}
        </button>
      ) : null}
    </div>
  );
}

function differing(before: Row | undefined, after: Row | undefined): string[] {
  const columns = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])];
  if (before === undefined || after === undefined) return columns;
  return columns.filter((column) => !isSame(before[column], after[column]));
}
