import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState, type SubmitEvent } from 'react';

import { tablesQuery } from '../../app/journal.ts';
import { useMessages } from '../../messages/messages.ts';
import { Button } from '../../parts/Button.tsx';
import { Choice } from '../../parts/Choice.tsx';
import { Field } from '../../parts/Field.tsx';
import { messages } from './messages.ts';
import { recordRoute } from './route.ts';

/** Asks which record is meant. */
export function ChooseRecord() {
  const t = useMessages(messages);
  const { target } = recordRoute.useParams();
  const search = recordRoute.useSearch();
  const [table, setTable] = useState(search.table ?? null);
  const [key, setKey] = useState('');
  const { data: tables = [] } = useQuery(tablesQuery(target));
  const navigate = useNavigate({ from: '/record/$target' });
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (table !== null && key !== '') void navigate({ search: { table, key } });
  };
  return (
    <form className="rec-record-choose" onSubmit={submit}>
      <h2>{t.choose}</h2>
      <p>{t.chooseText}</p>
      <Choice
        label={t.table}
        value={table}
        onChange={setTable}
        options={tables.map(({ table: name, key: columns }) => ({
          value: name,
          name,
          hint: columns.join(', '),
        }))}
      />
      <Field label={t.key} hint={t.keyHint} value={key} onChange={setKey} isRequired mono />
      <Button type="submit" kind="primary">
        {t.show}
      </Button>
    </form>
  );
}
