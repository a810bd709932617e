import { useState } from 'react';
import type { Change } from '../journal/change.ts';
import { fieldChanges, type FieldChange, type RowPair } from '../journal/field-changes.ts';
import { isDocument } from '../journal/json-changes.ts';
import { BeforeAfter } from './before-after.tsx';
import { DocumentDiff } from './document-diff.tsx';
import { Root, type RootProps } from './root.tsx';
import { isTextDiff, TextDiff } from './text-diff.tsx';
import { Value } from './value.tsx';
import { useWording } from './wording.ts';

/** A change, or a row before and after it. */
export type ChangeDiffProps = RootProps & {
  /** What it is called, where a page has several. */
  label?: string | undefined;
} & ({ change: Change } | RowPair);

/** What became of each field of a row. */
export function ChangeDiff({ className, theme, label, ...rows }: ChangeDiffProps) {
  const { messages } = useWording();
  return (
    <Root kind="change-diff" label={label ?? messages.details} className={className} theme={theme}>
      <FieldList rows={'change' in rows ? pairOf(rows.change) : rows} />
    </Root>
  );
}

/** The row before and after a change. */
export function pairOf({ old, new: after, changed }: Change): RowPair {
  return { before: old, after, changed };
}

interface FieldListProps {
  rows: RowPair;
  /** Whether the fields that stayed the same can be shown, too. */
  offersUnchanged?: boolean;
}

/** A row of more fields can be searched, and is shown in part at first. */
const MANY = 24;

/** The fields of a row: those that changed, and on request the others. */
export function FieldList({ rows, offersUnchanged = true }: FieldListProps) {
  const { messages, number } = useWording();
  const [showsUnchanged, setShowsUnchanged] = useState(false);
  const [showsAll, setShowsAll] = useState(false);
  const [wanted, setWanted] = useState('');

  const all = fieldChanges(rows);
  const unchanged = all.filter((field) => field.fate === 'unchanged').length;
  const eligible = showsUnchanged ? all : all.filter((field) => field.fate !== 'unchanged');
  const found = eligible.filter(({ name }) => name.toLowerCase().includes(wanted.toLowerCase()));
  const shown = showsAll ? found : found.slice(0, MANY);
  const rest = found.length - shown.length;

  return (
    <div className="pgr-fields">
      {eligible.length > MANY && (
        <input
          className="pgr-input pgr-fields-search"
          type="search"
          value={wanted}
          placeholder={messages.findField}
          aria-label={messages.findField}
          onChange={(event) => setWanted(event.target.value)}
        />
      )}
      <dl className="pgr-fields-list" data-whole={!rows.before || !rows.after}>
        {shown.map((field) => (
          <Field key={field.name} field={field} />
        ))}
      </dl>
      {found.length === 0 && wanted !== '' && (
        <p className="pgr-fields-none">{messages.noFields}</p>
      )}
      <div className="pgr-fields-more">
        {rest > 0 && (
          <button type="button" className="pgr-link" onClick={() => setShowsAll(true)}>
            {messages.moreFields(rest, number(rest))}
          </button>
        )}
        {offersUnchanged && unchanged > 0 && (
          <button
            type="button"
            className="pgr-link"
            aria-expanded={showsUnchanged}
            onClick={() => setShowsUnchanged(!showsUnchanged)}
          >
            {showsUnchanged
              ? messages.hideUnchanged
              : messages.unchangedFields(unchanged, number(unchanged))}
          </button>
        )}
      </div>
    </div>
  );
}

function Field({ field }: { field: FieldChange }) {
  return (
    <div className="pgr-field" data-fate={field.fate}>
      <dt className="pgr-field-name">{field.name}</dt>
      <dd className="pgr-field-value">
        <FieldValue field={field} />
      </dd>
    </div>
  );
}

function FieldValue({ field: { fate, before, after } }: { field: FieldChange }) {
  if (fate === 'unchanged') return <Value value={after} />;
  if (fate === 'added') return <BeforeAfter before={undefined} after={after} />;
  if (fate === 'removed') return <BeforeAfter before={before} after={undefined} />;
  if (isDocument(before) && isDocument(after)) {
    return <DocumentDiff before={before} after={after} />;
  }
  if (isTextDiff(before, after)) {
    return <TextDiff before={before as string} after={after as string} />;
  }
  return <BeforeAfter before={before} after={after} />;
}
