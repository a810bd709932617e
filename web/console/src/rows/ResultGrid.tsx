import { useVirtualizer } from '@tanstack/react-virtual';
import { useMemo, useRef, useState, type KeyboardEvent } from 'react';

import './grid.css';
import { useFormats } from '../messages/format.ts';
import { useMessages } from '../messages/messages.ts';
import { Button } from '../parts/Button.tsx';
import { csvOf, download, jsonRowsOf, tabbedOf } from './download.ts';
import { moved, type Place } from './grid-keys.ts';
import { columnsOf, kindOfColumn, widthOf } from './grid-columns.ts';
import { messages } from './messages.ts';
import { kindOf, textOf, type Row } from './value.ts';

interface ResultGridProps {
  label: string;
  rows: readonly Row[];
  /** The columns, where they are known without any row. */
  columns?: readonly string[];
  /** What a file of it is called. */
  fileName: string;
}

const ROW = 29;

/** Rows and columns, however many: only those in sight are in the page. */
export function ResultGrid({ label, rows, columns: known, fileName }: ResultGridProps) {
  const t = useMessages(messages);
  const columns = useMemo(() => columnsOf(rows, known), [rows, known]);
  const [place, setPlace] = useState<Place>({ row: 0, column: 0 });
  const focused = columns[place.column];
  const value = focused === undefined ? undefined : rows[place.row]?.[focused];
  return (
    <div className="grid">
      <GridTools columns={columns} rows={rows} fileName={fileName} />
      <GridBody label={label} columns={columns} rows={rows} place={place} onPlace={setPlace} />
      {focused === undefined ? null : (
        <div className="grid-cell-view">
          <span className="grid-cell-name">
            <code>{focused}</code> {kindOf(value)}
          </span>
          <span className="grid-cell-text" aria-live="polite">
            {kindOf(value) === 'null' ? (
              <span className="row-null">{t.null}</span>
            ) : (
              <bdi>{textOf(value).slice(0, 4000)}</bdi>
            )}
          </span>
        </div>
      )}
    </div>
  );
}

interface ToolsProps {
  columns: readonly string[];
  rows: readonly Row[];
  fileName: string;
}

function GridTools({ columns, rows, fileName }: ToolsProps) {
  const t = useMessages(messages);
  const [isCopied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(tabbedOf(columns, rows));
    setCopied(true);
    setTimeout(() => setCopied(false), 1500);
  };
  return (
    <div className="grid-tools">
      <Button small kind="quiet" icon={isCopied ? 'check' : 'copy'} onPress={() => void copy()}>
        {isCopied ? t.copied : t.copyRows}
      </Button>
      <Button
        small
        kind="quiet"
        onPress={() => download(`${fileName}.csv`, 'text/csv', csvOf(columns, rows))}
      >
        {t.csv}
      </Button>
      <Button
        small
        kind="quiet"
        onPress={() => download(`${fileName}.json`, 'application/json', jsonRowsOf(rows))}
      >
        {t.json}
      </Button>
    </div>
  );
}

interface BodyProps {
  label: string;
  columns: readonly string[];
  rows: readonly Row[];
  place: Place;
  onPlace: (place: Place) => void;
}

function GridBody({ label, columns, rows, place, onPlace }: BodyProps) {
  const t = useMessages(messages);
  const { number } = useFormats();
  const scroller = useRef<HTMLDivElement>(null);
  const widths = useMemo(() => columns.map((column) => widthOf(column, rows)), [columns, rows]);
  const kinds = useMemo(() => columns.map((column) => kindOfColumn(column, rows)), [columns, rows]);
  const down = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 12,
  });
  const across = useVirtualizer({
    horizontal: true,
    count: columns.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => widths[index] ?? 120,
    overscan: 3,
  });
  const go = (next: Place) => {
    onPlace(next);
    down.scrollToIndex(next.row);
    across.scrollToIndex(next.column);
  };
  const press = (event: KeyboardEvent) => {
    if ((event.ctrlKey || event.metaKey) && event.key === 'c' && `${getSelection()}` === '') {
      const column = columns[place.column];
      void navigator.clipboard.writeText(textOf(column && rows[place.row]?.[column]));
      return;
    }
    const next = moved(place, event, { rows: rows.length, columns: columns.length });
    if (next === undefined) return;
    event.preventDefault();
    go(next);
  };
  const visible = across.getVirtualItems();
  const cellId = `${label}-${place.row}-${place.column}`.replace(/\W+/g, '-');
  return (
    <div
      ref={scroller}
      className="grid-scroller"
      role="grid"
      aria-label={label}
      aria-description={t.hint}
      aria-rowcount={rows.length + 1}
      aria-colcount={columns.length}
      aria-activedescendant={cellId}
      tabIndex={0}
      onKeyDown={press}
    >
      <div
        className="grid-space"
        style={{ height: down.getTotalSize() + ROW, width: across.getTotalSize() }}
      >
        <div
          className="grid-head"
          role="row"
          aria-rowindex={1}
          style={{ width: across.getTotalSize() }}
        >
          {visible.map(({ index, start, size }) => (
            <div
              key={index}
              role="columnheader"
              aria-colindex={index + 1}
              className={`grid-name grid-${kinds[index] ?? 'text'}`}
              style={{ translate: `${start}px 0`, width: size }}
              title={`${columns[index] ?? ''} · ${kinds[index] ?? ''}`}
            >
              <span className="grid-name-text">{columns[index]}</span>
            </div>
          ))}
        </div>
        {down.getVirtualItems().map((line) => (
          <div
            key={line.index}
            role="row"
            aria-rowindex={line.index + 2}
            aria-label={`${t.row} ${number(line.index + 1)}`}
            className="grid-row"
            style={{ translate: `0 ${line.start + ROW}px`, width: across.getTotalSize() }}
          >
            {visible.map(({ index, start, size }) => {
              const isHere = line.index === place.row && index === place.column;
              return (
                // The grid itself has the keyboard; a pointer only chooses a cell.
                // eslint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus
                <div
                  key={index}
                  {...(isHere && { id: cellId, 'aria-selected': true })}
                  role="gridcell"
                  aria-colindex={index + 1}
                  className={`grid-cell grid-${kinds[index] ?? 'text'}`}
                  style={{ translate: `${start}px 0`, width: size }}
                  onClick={() => onPlace({ row: line.index, column: index })}
                >
                  <Cell value={rows[line.index]?.[columns[index] ?? '']} />
                </div>
              );
            })}
          </div>
        ))}
      </div>
    </div>
  );
}

function Cell({ value }: { value: unknown }) {
  const t = useMessages(messages);
  if (kindOf(value) === 'null') return <span className="row-null">{t.null}</span>;
  const text = textOf(value);
  if (text === '') return <span className="row-null">{t.empty}</span>;
  return <bdi>{text.slice(0, 200)}</bdi>;
}
