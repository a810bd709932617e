import { useId, useRef, useState, type KeyboardEvent } from 'react';

import './filter.css';
import { defineMessages, useMessages } from '../../messages/messages.ts';
import { IconButton } from '../../parts/Button.tsx';
import { Icon } from '../../parts/Icon.tsx';
import { meant, suggest, typedTerm, type Suggestion } from './completion.ts';
import { useKnownValues } from './knownValues.ts';
import { readQuery, withTerm, writeQuery, type Name, type Term } from './query.ts';

const messages = defineMessages({
  en: {
    search: 'Search changes',
    placeholder: 'Filter by actor, table, key, op, since …',
    remove: (term: string) => `Remove ${term}`,
    edit: (term: string) => `Edit ${term}`,
    clear: 'Clear the search',
    asText: 'Edit as text',
    asChips: 'Show as filters',
    wrong: (word: string) => `“${word}” is not understood. Write a name, a colon and a value.`,
    suggestions: 'Suggestions',
    name: {
      actor: 'who made it',
      table: 'in this table',
      key: 'of the record with this key',
      op: 'insert, update, delete, truncate',
      column: 'that changed this column',
      since: 'from then on: 2h, a time, mark:…',
      until: 'up to then',
      tx: 'of this transaction',
      session: 'in this session',
      tenant: 'for this customer',
      operation: 'under this operation',
    },
  },
  de: {
    search: 'Änderungen suchen',
    placeholder: 'Filtern nach actor, table, key, op, since …',
    remove: (term: string) => `${term} entfernen`,
    edit: (term: string) => `${term} bearbeiten`,
    clear: 'Suche leeren',
    asText: 'Als Text bearbeiten',
    asChips: 'Als Filter zeigen',
    wrong: (word: string) =>
      `„${word}“ wird nicht verstanden. Schreiben Sie einen Namen, Doppelpunkt, Wert.`,
    suggestions: 'Vorschläge',
    name: {
      actor: 'wer es war',
      table: 'in dieser Tabelle',
      key: 'des Datensatzes mit diesem Schlüssel',
      op: 'insert, update, delete, truncate',
      column: 'die diese Spalte geändert haben',
      since: 'ab dann: 2h, eine Zeit, mark:…',
      until: 'bis dann',
      tx: 'dieser Transaktion',
      session: 'in dieser Sitzung',
      tenant: 'für diesen Mandanten',
      operation: 'unter diesem Vorgang',
    },
  },
});

interface FilterBarProps {
  target: string;
  q: string;
  onChange: (q: string) => void;
}

/** The search: filters that can be taken away, and a line to type more of them, or all as text. */
export function FilterBar({ target, q, onChange }: FilterBarProps) {
  const t = useMessages(messages);
  const [isText, setText] = useState(false);
  const { terms, wrong } = readQuery(q);
  return (
    <search className="rec-filter" aria-label={t.search}>
      <div className="rec-filter-line">
        <Icon name="search" />
        {isText ? (
          <TextLine key={q} q={q} onChange={onChange} />
        ) : (
          <TermLine target={target} terms={terms} onChange={(next) => onChange(writeQuery(next))} />
        )}
        {q === '' ? null : <IconButton icon="close" label={t.clear} onPress={() => onChange('')} />}
        <IconButton
          icon={isText ? 'filter' : 'text'}
          label={isText ? t.asChips : t.asText}
          onPress={() => setText(!isText)}
        />
      </div>
      {wrong[0] === undefined ? null : (
        <p className="rec-filter-wrong" role="alert">
          {t.wrong(wrong[0])}
        </p>
      )}
    </search>
  );
}

function TextLine({ q, onChange }: { q: string; onChange: (q: string) => void }) {
  const t = useMessages(messages);
  const [text, setText] = useState(q);
  return (
    <input
      className="rec-filter-input rec-filter-text"
      data-search
      aria-label={t.search}
      value={text}
      spellCheck={false}
      autoCapitalize="off"
      onChange={(event) => setText(event.target.value)}
      onBlur={() => onChange(text.trim())}
      onKeyDown={(event) => {
        if (event.key === 'Enter') onChange(text.trim());
        if (event.key === 'Escape') event.currentTarget.blur();
      }}
    />
  );
}

interface TermLineProps {
  target: string;
  terms: readonly Term[];
  onChange: (terms: readonly Term[]) => void;
}

function TermLine({ target, terms, onChange }: TermLineProps) {
  const t = useMessages(messages);
  const [draft, setDraft] = useState('');
  const [isOpen, setOpen] = useState(false);
  const [marked, setMarked] = useState(0);
  const [refused, setRefused] = useState<string>();
  const input = useRef<HTMLInputElement>(null);
  const listId = useId();
  const known = useKnownValues(target, terms, isOpen);
  const used = new Set<Name>(terms.map(({ name }) => name));
  const offered = suggest(draft, known).filter((one) => one.kind === 'term' || !used.has(one.name));
  const list = isOpen ? offered : [];

  const type = (text: string) => {
    setDraft(text);
    setMarked(0);
    setRefused(undefined);
    setOpen(true);
  };
  const take = (term: Term) => {
    onChange(withTerm(terms, term));
    type('');
    setOpen(false);
  };
  const choose = (suggestion: Suggestion) => {
    if (suggestion.kind === 'term') take(suggestion.term);
    else type(suggestion.text);
    input.current?.focus();
  };
  const edit = (term: Term) => {
    onChange(terms.filter((one) => one !== term));
    type(writeQuery([term]));
    input.current?.focus();
  };
  const enter = () => {
    const suggestion = meant(draft, list[marked]);
    if (suggestion !== undefined) choose(suggestion);
    else if (draft.trim() !== '') setRefused(draft.trim());
  };
  const typed = typedTerm(draft);
  const press = (event: KeyboardEvent<HTMLInputElement>) => {
    const last = terms.at(-1);
    const suggestion = list[marked];
    const move = (by: number) => setMarked((list.length + marked + by) % Math.max(list.length, 1));
    const keys: Record<string, (() => void) | undefined> = {
      Enter: enter,
      ArrowDown: list.length > 0 ? () => move(1) : () => setOpen(true),
      ArrowUp: () => move(-1),
      Escape: isOpen ? () => setOpen(false) : () => input.current?.blur(),
      Backspace: draft === '' && last !== undefined ? () => edit(last) : undefined,
      ' ': typed !== undefined && !readQuery(draft).isOpen ? () => take(typed) : undefined,
      Tab: suggestion !== undefined && draft !== '' ? () => choose(suggestion) : undefined,
    };
    const deed = keys[event.key];
    if (deed === undefined) return;
    event.preventDefault();
    deed();
  };

  return (
    <div className="rec-filter-terms">
      {terms.map((term) => (
        <TermChip
          key={term.name}
          term={term}
          onEdit={() => edit(term)}
          onRemove={() => onChange(terms.filter((one) => one !== term))}
        />
      ))}
      <div className="rec-filter-typing">
        <input
          ref={input}
          className="rec-filter-input"
          data-search
          role="combobox"
          aria-label={t.search}
          aria-expanded={list.length > 0}
          aria-controls={listId}
          aria-autocomplete="list"
          aria-activedescendant={list.length > 0 ? `${listId}-${marked}` : undefined}
          value={draft}
          placeholder={terms.length === 0 ? t.placeholder : ''}
          spellCheck={false}
          autoCapitalize="off"
          autoComplete="off"
          onChange={(event) => type(event.target.value)}
          onFocus={() => setOpen(true)}
          onBlur={() => setOpen(false)}
          onKeyDown={press}
        />
        <Suggestions id={listId} list={list} marked={marked} onChoose={choose} />
        {refused === undefined ? null : (
          <p className="rec-filter-refused" role="alert">
            {t.wrong(refused)}
          </p>
        )}
      </div>
    </div>
  );
}

interface SuggestionsProps {
  id: string;
  list: readonly Suggestion[];
  marked: number;
  onChoose: (suggestion: Suggestion) => void;
}

function Suggestions({ id, list, marked, onChoose }: SuggestionsProps) {
  const t = useMessages(messages);
  return (
    <div
      id={id}
      role="listbox"
      aria-label={t.suggestions}
      className="rec-filter-suggestions rec-popover rec-list"
      hidden={list.length === 0}
    >
      {list.map((suggestion, index) => (
        // The keyboard stays in the field and marks what is chosen with enter.
        // eslint-disable-next-line jsx-a11y/click-events-have-key-events
        <div
          key={suggestion.text}
          id={`${id}-${index}`}
          role="option"
          tabIndex={-1}
          aria-selected={index === marked}
          className="rec-item"
          {...(index === marked && { 'data-marked': true })}
          // A press would take the focus, and close the list before it is a click.
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => onChoose(suggestion)}
        >
          <code className="rec-item-name">{suggestion.text}</code>
          {suggestion.kind === 'name' ? (
            <span className="rec-item-hint">{t.name[suggestion.name]}</span>
          ) : null}
        </div>
      ))}
    </div>
  );
}

interface TermChipProps {
  term: Term;
  onEdit: () => void;
  onRemove: () => void;
}

function TermChip({ term, onEdit, onRemove }: TermChipProps) {
  const t = useMessages(messages);
  const text = writeQuery([term]);
  return (
    <span className="rec-term">
      <button type="button" className="rec-term-text" title={t.edit(text)} onClick={onEdit}>
        <span className="rec-term-name">{term.name}</span>
        <span className="rec-term-value">{term.value}</span>
      </button>
      <button
        type="button"
        className="rec-term-remove"
        aria-label={t.remove(text)}
        onClick={onRemove}
      >
        <Icon name="close" />
      </button>
    </span>
  );
}
