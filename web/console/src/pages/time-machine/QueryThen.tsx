import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { lazy, Suspense, useMemo, useState } from 'react';

import { tablesQuery } from '../../app/journal.ts';
import { useFormats } from '../../messages/format.ts';
import { useMessages } from '../../messages/messages.ts';
import { Button } from '../../parts/Button.tsx';
import { KeyCap } from '../../parts/Facts.tsx';
import { Empty, Failure, Note, Skeleton } from '../../parts/State.tsx';
import { ResultGrid } from '../../rows/ResultGrid.tsx';
import type { Row } from '../../rows/value.ts';
import { Certainty, Warnings } from './Certainty.tsx';
import { messages } from './messages.ts';
import { schemaOf } from './names.ts';
import { pastQuery, type PastRows } from './past.ts';

const route = getRouteApi('/signed-in/time-machine/$target');

const SqlEditor = lazy(async () => ({ default: (await import('./SqlEditor.tsx')).SqlEditor }));

/** Any SELECT as of a moment. */
export function QueryThen() {
  const t = useMessages(messages);
  const { target } = route.useParams();
  const { at = 'now', sql = '' } = route.useSearch();
  const navigate = useNavigate({ from: '/time-machine/$target' });
  const { data: tables } = useQuery(tablesQuery(target));
  const schema = useMemo(() => schemaOf(tables ?? []), [tables]);
  const [text, setText] = useState(sql);
  const [asked, setAsked] = useState(sql);
  // An address that was opened says what to ask: a link to an answer is a link to its question.
  if (asked !== sql) {
    setAsked(sql);
    setText(sql);
  }
  const answer = useQuery({ ...pastQuery(target, at, sql), enabled: sql.trim() !== '' });
  const run = () => {
    const wanted = text.trim().replace(/;+$/, '');
    if (wanted === sql) void answer.refetch();
    else void navigate({ search: (before) => ({ ...before, sql: wanted }) });
  };
  return (
    <>
      <div className="rec-tm-query">
        <Suspense fallback={<div className="rec-tm-editor" aria-label={t.format} />}>
          <SqlEditor label={t.sql} text={text} schema={schema} onText={setText} onRun={run} />
        </Suspense>
        <div className="rec-tm-query-foot">
          <Button
            kind="primary"
            icon="play"
            isDisabled={text.trim() === ''}
            isPending={answer.isFetching}
            onPress={run}
          >
            {t.run}
          </Button>
          <KeyCap>{t.runHint}</KeyCap>
          <span className="rec-tm-hint">{t.logged}</span>
        </div>
      </div>
      {sql === '' ? (
        <Empty icon="clock" title={t.notRun}>
          {t.notRunHint}
        </Empty>
      ) : (
        <Answer answer={answer} />
      )}
    </>
  );
}

function Answer({ answer }: { answer: ReturnType<typeof useQuery<PastRows>> }) {
  const t = useMessages(messages);
  const { number } = useFormats();
  const { data, error, isFetching } = answer;
  if (error !== null) return <Failure error={error} />;
  if (data === undefined) return isFetching ? <Skeleton /> : null;
  const rows = data.rows as Row[];
  return (
    <>
      <div className="rec-tm-bar">
        <span>{t.rows(number(rows.length), rows.length === 1)}</span>
        <Certainty certainty={data.certainty} />
      </div>
      {data.truncated ? <Note kind="warn">{t.truncated(number(rows.length))}</Note> : null}
      <Warnings warnings={data.warnings} />
      {rows.length === 0 ? (
        <Empty title={t.noResult} />
      ) : (
        <ResultGrid label={t.sql} rows={rows} fileName="query" />
      )}
    </>
  );
}
