import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useMemo, useRef, useState, type KeyboardEvent } from 'react';
import type { AuditLog } from '../hooks/use-audit-log.ts';
import type { Change } from '../journal/change.ts';
import { ChangeRow } from './change-row.tsx';
import { customProperties } from './custom-properties.ts';
import { Icon } from './icon.tsx';
import { listedItems, type ListedItem } from './listed-items.ts';
import { ListEnd } from './list-end.tsx';
import { useWording } from './wording.ts';

interface ChangeRowsProps {
  log: AuditLog;
  /** Whether the user has stopped the list. */
  isHeld: boolean;
  openId: number | undefined;
  open: (change: Change) => void;
}

const heights = { day: 34, change: 40, end: 48 } as const;
/** So many rows before the end, the next page is fetched. */
const AHEAD = 15;
/** Who has scrolled further than this is reading, and nothing may move then. */
const AWAY_PX = 24;

/** The changes as a list of which only what can be seen is drawn. */
export function ChangeRows({ log, isHeld, openId, open }: ChangeRowsProps) {
  const wording = useWording();
  const scroller = useRef<HTMLDivElement>(null);
  const items = useMemo(() => listedItems(log.changes, wording.day), [log.changes, wording.day]);
  const [tabbable, setTabbable] = useState<string>();

  const rows = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => heights[items[index]?.kind ?? 'change'],
    getItemKey: (index) => items[index]?.name ?? index,
    overscan: 10,
    // React 19 does not let a list draw itself while it is being drawn.
    useFlushSync: false,
  });
  const drawn = rows.getVirtualItems();
  const lastDrawn = drawn.at(-1)?.index ?? 0;
  const { loadMore, error } = log;
  const isNearEnd = lastDrawn >= items.length - AHEAD;
  useEffect(() => {
    // After a failure only the button tries again.
    if (isNearEnd && !error) loadMore();
  }, [isNearEnd, items.length, loadMore, error]);

  const toTop = () => {
    scroller.current?.scrollTo({ top: 0 });
    log.resume();
  };
  const watchScroll = () => {
    const isAway = (scroller.current?.scrollTop ?? 0) > AWAY_PX;
    if (isAway && !log.isPaused) log.pause();
    if (!isAway && log.isPaused && !isHeld) log.resume();
  };
  const focus = (index: number) => {
    rows.scrollToIndex(index);
    setTabbable(items[index]?.name);
    const drawnButton = buttonAt(scroller.current, index);
    // At once where it can be: the next press of a held key begins at what has the focus.
    if (drawnButton) drawnButton.focus();
    else requestAnimationFrame(() => buttonAt(scroller.current, index)?.focus());
  };
  const first = items.find(({ kind }) => kind === 'change')?.name;
  const isTabbableDrawn = drawn.some(({ key }) => key === tabbable);

  return (
    <div className="pgr-list-frame">
      {log.waiting > 0 && <NewChanges count={log.waiting} show={toTop} />}
      <div className="pgr-list" ref={scroller} onScroll={watchScroll}>
        {/* eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- arrow keys
            go from button to button; each works by itself, too */}
        <ol
          className="pgr-rows"
          aria-label={wording.messages.auditLog}
          aria-busy={log.isLoading || log.isLoadingMore}
          style={customProperties({ '--pgr-rows-height': `${rows.getTotalSize()}px` })}
          onKeyDown={(event) => focusNext(event, items, focus)}
        >
          {drawn.map(({ index, key, start }) => (
            <li
              key={key}
              ref={rows.measureElement}
              className="pgr-row-frame"
              data-index={index}
              style={customProperties({ '--pgr-row-y': `${start}px` })}
            >
              <Item
                item={items[index]}
                log={log}
                openId={openId}
                isTabbable={
                  key === (isTabbableDrawn ? tabbable : (drawnFirst(drawn, items) ?? first))
                }
                open={(change) => {
                  setTabbable(`change ${change.id}`);
                  open(change);
                }}
              />
            </li>
          ))}
        </ol>
      </div>
    </div>
  );
}

interface ItemProps extends Pick<ChangeRowsProps, 'log' | 'openId' | 'open'> {
  item: ListedItem | undefined;
  isTabbable: boolean;
}

function Item({ item, log, openId, isTabbable, open }: ItemProps) {
  if (item === undefined) return null;
  if (item.kind === 'day') return <h3 className="pgr-day">{item.day}</h3>;
  if (item.kind === 'end') return <ListEnd log={log} />;
  return (
    <ChangeRow
      change={item.change}
      isOpen={item.change.id === openId}
      isFresh={log.fresh.has(item.change.id)}
      isTabbable={isTabbable}
      open={open}
    />
  );
}

/** The first change on the screen: what the tabulator key comes to, if not to where one was. */
function drawnFirst(drawn: readonly { index: number }[], items: readonly ListedItem[]) {
  return drawn.map(({ index }) => items[index]).find((item) => item?.kind === 'change')?.name;
}

function NewChanges({ count, show }: { count: number; show: () => void }) {
  const { messages, number } = useWording();
  return (
    <button type="button" className="pgr-new" onClick={show}>
      <Icon name="up" />
      {messages.newChanges(number(count))}
    </button>
  );
}

function focusNext(
  event: KeyboardEvent<HTMLElement>,
  items: readonly ListedItem[],
  focus: (index: number) => void,
) {
  const frame = (event.target as HTMLElement).closest<HTMLElement>('[data-index]');
  const changes = items.flatMap((item, index) => (item.kind === 'change' ? [index] : []));
  const at = changes.indexOf(Number(frame?.dataset.index));
  const steps: Record<string, number> = {
    ArrowDown: at + 1,
    ArrowUp: at - 1,
    PageDown: at + 10,
    PageUp: at - 10,
    Home: 0,
    End: changes.length - 1,
  };
  const step = steps[event.key];
  if (step === undefined || at < 0) return;
  event.preventDefault();
  const index = changes[Math.min(Math.max(step, 0), changes.length - 1)];
  if (index !== undefined) focus(index);
}

function buttonAt(list: HTMLElement | null, index: number): HTMLElement | null {
  return list?.querySelector<HTMLElement>(`[data-index="${index}"] button`) ?? null;
}
