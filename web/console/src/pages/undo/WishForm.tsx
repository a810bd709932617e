import { useState, type SyntheticEvent } from 'react';
import { CheckboxGroup, Label } from 'react-aria-components';
import { Link } from '@tanstack/react-router';

import { useMessages } from '../../messages/messages.ts';
import { Button } from '../../parts/Button.tsx';
import { Field } from '../../parts/Field.tsx';
import { Section } from '../../parts/Page.tsx';
import { FailureNote, Note } from '../../parts/State.tsx';
import { Tick } from '../../parts/Tick.tsx';
import { messages } from './messages.ts';
import { isEmpty, listOf, tablesOf, wishIn, type Wish } from './wish.ts';

interface WishFormProps {
  target: string;
  wish: Wish;
  error: Error | null;
  isPending: boolean;
  onWish: (wish: Wish) => void;
}

const kinds = ['insert', 'update', 'delete', 'truncate'] as const;
const which = ['transactions', 'session', 'actor', 'tenant', 'request', 'operation'] as const;
const narrow = ['tables', 'key', 'columns', 'since', 'until'] as const;
type Typed = (typeof which)[number] | (typeof narrow)[number] | 'changes';

/** What stands in the fields for a wish. */
function typedOf(wish: Wish): Record<Typed, string> {
  const names: Typed[] = [...which, ...narrow, 'changes'];
  const text = (name: Typed) => [wish[name] ?? []].flat().join(', ');
  return Object.fromEntries(names.map((name) => [name, text(name)])) as Record<Typed, string>;
}

/** The wish that stands in the fields. */
function wishOf(typed: Record<Typed, string>, operations: readonly string[]): Wish {
  const { transactions, changes, columns, tables, ...texts } = typed;
  return wishIn({
    ...texts,
    transactions: listOf(transactions),
    changes: listOf(changes),
    columns: listOf(columns),
    tables: tablesOf(tables),
    operations: [...operations],
  });
}

/** Says which changes are to be taken back. */
export function WishForm({ target, wish, error, isPending, onWish }: WishFormProps) {
  const t = useMessages(messages);
  const [typed, setTyped] = useState(() => typedOf(wish));
  const [operations, setOperations] = useState<readonly string[]>(wish.operations ?? []);
  const [isTold, setTold] = useState(false);
  const field = (name: Typed) => (
    <Field
      key={name}
      label={t.names[name]}
      hint={t.hints[name]}
      value={typed[name]}
      mono
      onChange={(text) => setTyped({ ...typed, [name]: text })}
    />
  );
  const wanted = wishOf(typed, operations);
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    setTold(true);
    if (problem(wanted) === undefined) onWish(wanted);
  };
  const problem = (asked: Wish) => {
    if (isEmpty(asked)) return t.sayWhich;
    return asked.key !== undefined && asked.tables?.length !== 1 ? t.keyNeedsTable : undefined;
  };
  const wrong = problem(wanted);
  return (
    <form className="rec-undo-form" onSubmit={submit}>
      {isEmpty(wish) ? null : <Note>{t.linked}</Note>}
      <Section title={t.which} hint={t.whichHint}>
        <div className="rec-undo-fields">
          {which.map(field)}
          {typed.changes === '' ? null : field('changes')}
        </div>
      </Section>
      <Section title={t.narrow} hint={t.narrowHint}>
        <div className="rec-undo-fields">
          {narrow.map(field)}
          <CheckboxGroup
            className="rec-undo-ops"
            value={[...operations]}
            onChange={(chosen: string[]) => setOperations(chosen)}
          >
            <Label className="rec-label">{t.names.operations}</Label>
            <div className="rec-undo-ops-row">
              {kinds.map((name) => (
                <Tick key={name} value={name} className="rec-undo-op">
                  {t.ops[name]}
                </Tick>
              ))}
            </div>
          </CheckboxGroup>
        </div>
      </Section>
      {isTold && wrong !== undefined ? <Note kind="warn">{wrong}</Note> : null}
      {error === null ? null : <FailureNote error={error} />}
      <div className="rec-undo-buttons">
        <Button kind="primary" type="submit" icon="undo" isPending={isPending}>
          {t.make}
        </Button>
        {isEmpty(wish) ? null : (
          <Link to="/undo/$target" params={{ target }} className="rec-undo-quiet-link">
            {t.clear}
          </Link>
        )}
      </div>
    </form>
  );
}
