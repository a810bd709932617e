import { useNavigate } from '@tanstack/react-router';
import { useCallback, useDeferredValue, useEffect, useMemo, useState } from 'react';
import { useQueryClient } from '@tanstack/react-query';

import './timeline.css';
import { useMessages } from '../../messages/messages.ts';
import { Button } from '../../parts/Button.tsx';
import { Icon } from '../../parts/Icon.tsx';
import { Page } from '../../parts/Page.tsx';
import { Empty, Failure, Skeleton } from '../../parts/State.tsx';
import { isTyping } from '../../shell/Shortcuts.tsx';
import { ChangeList, type ListDeeds } from './ChangeList.tsx';
import { askAhead, skipTransaction, useChanges, type Changes } from './changes.ts';
import { Details } from './Details.tsx';
import { Density } from './Density.tsx';
import { ExportMenu } from './ExportMenu.tsx';
import { FilterBar } from './FilterBar.tsx';
import { LiveSwitch } from './LiveSwitch.tsx';
import { useLive } from './live.ts';
import { messages } from './messages.ts';
import { timelineRoute, type TimelineSearch } from './route.ts';
import { groupsOf, rowsOf, type Row } from './rows.ts';
import { SavedSearches } from './SavedSearches.tsx';
import { merged, waitingCount } from './stream.ts';

/** Everything that was changed, newest first, as it happens. */
export function TimelinePage() {
  const t = useMessages(messages);
  const { target } = timelineRoute.useParams();
  const { q = '' } = timelineRoute.useSearch();
  const navigate = useNavigate({ from: '/timeline/$target' });
  const client = useQueryClient();
  const search = useCallback(
    (text: string) => {
      // The server begins while the address is changed and what was there is taken away.
      askAhead(client, target, text);
      void navigate({ search: text === '' ? {} : { q: text } });
    },
    [client, target, navigate],
  );
  const [isPaused, setPaused] = useState(false);
  // Another search begins at its top again.
  const looked = `${target} ${q}`;
  const [scrolled, setScrolled] = useState<string>();
  const changes = useChanges(target, q);
  // The list comes first, and nothing else is asked until it is drawn.
  const isThere = !changes.isPending;
  const isDrawn = useDeferredValue(isThere);
  const isReady = isThere && isDrawn;
  const isHolding = isPaused || scrolled === looked;
  const { arrived, live, release } = useLive(target, q, { isHolding, isReady });
  const list = useMemo(
    () => merged(changes.fetched, arrived.shown),
    [changes.fetched, arrived.shown],
  );
  const resume = () => {
    setPaused(false);
    release();
  };
  useSearchKey();
  return (
    <Page
      title={t.title}
      body="fill"
      actions={
        <>
          <LiveSwitch
            live={live}
            isPaused={isPaused}
            onPause={() => setPaused(true)}
            onResume={resume}
          />
          <SavedSearches target={target} q={q} onChoose={search} />
          <ExportMenu target={target} q={q} />
        </>
      }
      toolbar={
        <div className="rec-timeline-tools">
          <FilterBar target={target} q={q} onChange={search} />
          <Density target={target} q={q} isReady={isReady} onChange={search} />
        </div>
      }
    >
      <TimelineBody
        key={looked}
        changes={changes}
        list={list}
        waiting={waitingCount(arrived, list)}
        onRelease={resume}
        onAtTop={(atTop) => {
          setScrolled(atTop ? undefined : looked);
          if (atTop && !isPaused) release();
        }}
      />
    </Page>
  );
}

interface BodyProps {
  changes: Changes;
  list: Changes['fetched'];
  waiting: number;
  onRelease: () => void;
  onAtTop: (isAtTop: boolean) => void;
}

function TimelineBody({ changes, list, waiting, onRelease, onAtTop }: BodyProps) {
  const t = useMessages(messages);
  const { q } = timelineRoute.useSearch();
  const navigate = useNavigate({ from: '/timeline/$target' });
  if (changes.isError && list.length === 0) {
    return <Failure error={changes.error} onRetry={() => void changes.refetch()} />;
  }
  if (changes.isPending) return <Skeleton lines={18} />;
  if (list.length === 0 && q === undefined) {
    return (
      <Empty icon="timeline" title={t.nothing}>
        {t.nothingText}
      </Empty>
    );
  }
  if (list.length === 0) {
    const clear = <Button onPress={() => void navigate({ search: {} })}>{t.clear}</Button>;
    return (
      <Empty title={t.empty} action={clear}>
        {t.emptyText}
      </Empty>
    );
  }
  return (
    <ListAndDetails
      changes={changes}
      list={list}
      waiting={waiting}
      onRelease={onRelease}
      onAtTop={onAtTop}
    />
  );
}

function ListAndDetails({ changes, list, waiting, onRelease, onAtTop }: BodyProps) {
  const t = useMessages(messages);
  const { target } = timelineRoute.useParams();
  const { tx, change, q = '' } = timelineRoute.useSearch();
  const { hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage } = changes;
  const [turned, setTurned] = useState<ReadonlySet<number>>(new Set());
  const groups = useMemo(() => groupsOf(list, hasNextPage), [list, hasNextPage]);
  const rows = useMemo(() => rowsOf(groups, turned), [groups, turned]);
  const isCut = rows.at(-1)?.kind === 'cut';
  const { current, move, look } = useLook(rows);
  const client = useQueryClient();
  // Rows are drawn again when they are given other ones.
  const deeds: ListDeeds = useMemo(
    () => ({
      open: look,
      fold: (group) => setTurned((before) => toggled(before, group)),
      fetchMore: () => void fetchNextPage(),
      skip: (group) => void skipTransaction(client, { target, q }, group),
    }),
    [look, fetchNextPage, client, target, q],
  );
  const nearEnd = useCallback(() => {
    // Of a transaction with a million rows, as many are fetched as somebody asks for.
    if (hasNextPage && !isFetchingNextPage && !isFetchNextPageError && !isCut) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, isFetchNextPageError, isCut, fetchNextPage]);
  return (
    <div className="rec-timeline">
      <div className="rec-timeline-list">
        {waiting > 0 ? <NewPill count={waiting} onPress={onRelease} /> : null}
        <ChangeList
          rows={rows}
          current={current}
          onMove={move}
          deeds={deeds}
          onAtTop={onAtTop}
          onNearEnd={nearEnd}
          footer={
            <div className="rec-timeline-end">
              {isFetchNextPageError ? (
                <>
                  {t.moreFailed}{' '}
                  <Button small onPress={() => void fetchNextPage()}>
                    {t.retry}
                  </Button>
                </>
              ) : isFetchingNextPage ? (
                t.loadingMore
              ) : hasNextPage ? null : q === '' ? (
                t.end
              ) : (
                t.endOfSearch
              )}
            </div>
          }
        />
      </div>
      {tx === undefined ? null : (
        <Details tx={tx} change={change} known={list} onClose={() => look(undefined)} />
      )}
    </div>
  );
}

/** Where the keyboard is, and what is looked at closely, which goes along with it. */
function useLook(rows: readonly Row[]) {
  const { q, tx, change } = timelineRoute.useSearch();
  const navigate = useNavigate({ from: '/timeline/$target' });
  const opened = change !== undefined ? `change ${change}` : tx !== undefined ? `tx ${tx}` : '';
  const [moved, setMoved] = useState<string>();
  const show = useCallback(
    (row: Row | undefined, replace: boolean) => {
      if (row?.kind === 'day' || row?.kind === 'cut') return;
      const what: TimelineSearch = row === undefined ? {} : { tx: row.group.tx };
      if (row?.kind === 'single' || row?.kind === 'change') what.change = row.change.id;
      if (row !== undefined) setMoved(row.id);
      void navigate({ search: { ...(q !== undefined && { q }), ...what }, replace });
    },
    [q, navigate],
  );
  const look = useCallback((row: Row | undefined) => show(row, false), [show]);
  const move = (id: string) => {
    setMoved(id);
    if (tx === undefined) return;
    const row = rows.find((one) => one.id === id);
    // Leafing through is not worth going back through.
    if (row !== undefined) show(row, true);
  };
  return { current: moved ?? opened, move, look };
}

function NewPill({ count, onPress }: { count: number; onPress: () => void }) {
  const t = useMessages(messages);
  const release = () => {
    document.querySelector('.rec-changes')?.scrollTo({ top: 0 });
    onPress();
  };
  return (
    <button type="button" className="rec-pill" onClick={release}>
      <Icon name="up" />
      {t.newer(count)}
    </button>
  );
}

/** `/` leads to the search. */
function useSearchKey() {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.key !== '/' || isTyping(event)) return;
      event.preventDefault();
      document.querySelector<HTMLInputElement>('[data-search]')?.focus();
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, []);
}

function toggled(before: ReadonlySet<number>, tx: number): ReadonlySet<number> {
  const after = new Set(before);
  if (!after.delete(tx)) after.add(tx);
  return after;
}
