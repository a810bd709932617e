import { useVirtualizer } from '@tanstack/react-virtual';
import { useDeferredValue, useEffect, useRef, type ReactNode } from 'react';

import './timeline.css';
import { useMessages } from '../../messages/messages.ts';
import { isTyping } from '../../shell/Shortcuts.tsx';
import { ListRow } from './ListRow.tsx';
import { messages } from './messages.ts';
import type { Row } from './rows.ts';

/** What the list can be asked to do. */
export interface ListDeeds {
  open: (row: Row) => void;
  fold: (tx: number, isFolded: boolean) => void;
  fetchMore: () => void;
  skip: (tx: number) => void;
}

interface ChangeListProps {
  rows: readonly Row[];
  /** Where the keyboard is, by the id of the row. */
  current: string | undefined;
  onMove: (id: string) => void;
  deeds: ListDeeds;
  /** Told when the newest rows go out of sight, and when they come back. */
  onAtTop: (isAtTop: boolean) => void;
  /** Told when the end comes near. */
  onNearEnd: () => void;
  footer: ReactNode;
}

/** How high rows are where the list is wide, so that nothing moves once they are measured. */
const heights: Record<Row['kind'], number> = {
  day: 34,
  single: 34,
  transaction: 34,
  change: 30,
  cut: 50,
};

/** So many rows beyond those in sight are drawn, for who scrolls. */
const beyondSight = 12;

/** Changes by transaction, of which only those in sight are drawn. */
export function ChangeList(props: ChangeListProps) {
  const { rows, current, onMove, deeds, onAtTop, onNearEnd, footer } = props;
  const t = useMessages(messages);
  const scroller = useRef<HTMLDivElement>(null);
  // What is in sight comes first.
  const overscan = useDeferredValue(beyondSight, 0);
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => heights[rows[index]?.kind ?? 'single'],
    getItemKey: (index) => rows[index]?.id ?? index,
    overscan,
  });
  const items = virtualizer.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (rows.length > 0 && last >= rows.length - 20) onNearEnd();
  }, [last, rows.length, onNearEnd]);

  const show = (index: number) => {
    const row = rows[index];
    if (row === undefined) return;
    virtualizer.scrollToIndex(index, { align: 'auto' });
    onMove(row.id);
  };
  const press = useKeys({ rows, current, show, deeds });
  // Keys work wherever the focus is on the page, as long as they mean nothing there.
  useEffect(() => {
    const anywhere = (event: KeyboardEvent) => {
      if (!isTyping(event) && !isMeant(event) && press(event.key)) event.preventDefault();
    };
    window.addEventListener('keydown', anywhere);
    return () => window.removeEventListener('keydown', anywhere);
  }, [press]);

  return (
    <div
      ref={scroller}
      className="rec-changes"
      onScroll={({ currentTarget }) => onAtTop(currentTarget.scrollTop < 8)}
    >
      <div
        role="treegrid"
        aria-label={t.list}
        aria-rowcount={rows.length}
        aria-activedescendant={rowId(current, rows)}
        tabIndex={0}
        className="rec-changes-rows"
        style={{ height: virtualizer.getTotalSize() }}
      >
        {items.map(({ index, key, start }) => {
          const row = rows[index];
          if (row === undefined) return null;
          return (
            <div
              key={key}
              ref={virtualizer.measureElement}
              data-index={index}
              className="rec-changes-place"
              role="presentation"
              style={{ transform: `translateY(${start}px)` }}
            >
              <ListRow row={row} index={index} isCurrent={row.id === current} deeds={deeds} />
            </div>
          );
        })}
      </div>
      {footer}
    </div>
  );
}

/** Keys that scroll elsewhere, and belong to the list only when it has the focus. */
const listKeys = new Set(['ArrowDown', 'ArrowUp', 'ArrowLeft', 'ArrowRight', 'Home', 'End']);

/** Whether a key means something to what has the focus. */
function isMeant({ key, target }: KeyboardEvent): boolean {
  if (!(target instanceof Element)) return false;
  if (listKeys.has(key)) return target.getAttribute('role') !== 'treegrid';
  return key === 'Enter' && target.closest('a, button') !== null;
}

function rowId(current: string | undefined, rows: readonly Row[]): string | undefined {
  return current !== undefined && rows.some(({ id }) => id === current)
    ? current.replaceAll(' ', '-')
    : undefined;
}

interface KeysProps {
  rows: readonly Row[];
  current: string | undefined;
  show: (index: number) => void;
  deeds: ListDeeds;
}

/** What a key does; whether it did something. */
function useKeys({ rows, current, show, deeds }: KeysProps): (key: string) => boolean {
  const place = rows.findIndex(({ id }) => id === current);
  const row = rows[place];
  const step = (by: 1 | -1) => {
    let next = place < 0 ? 0 : place + by;
    while (rows[next]?.kind === 'day') next += by;
    if (rows[next] !== undefined) show(next);
    return true;
  };
  const turn = (wanted?: boolean) => {
    const isGroup = row?.kind === 'transaction' || row?.kind === 'change';
    if (!isGroup) return false;
    const folded = row.kind === 'transaction' && row.isFolded;
    if (wanted === undefined || wanted !== folded) deeds.fold(row.group.tx, folded);
    return true;
  };
  const deed: Record<string, () => boolean> = {
    j: () => step(1),
    k: () => step(-1),
    ArrowDown: () => step(1),
    ArrowUp: () => step(-1),
    ArrowRight: () => turn(false),
    ArrowLeft: () => turn(true),
    x: () => turn(),
    '.': () => {
      show(0);
      return true;
    },
    Home: () => {
      show(0);
      return true;
    },
    End: () => {
      show(rows.length - 1);
      return true;
    },
    Enter: () => {
      if (row === undefined) return false;
      deeds.open(row);
      return true;
    },
  };
  return (key) => deed[key]?.() ?? false;
}
