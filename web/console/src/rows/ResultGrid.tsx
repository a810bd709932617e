import { useVirtualizer } from '@tanstack/react-virtual';
import { useId, useMemo, useRef, useState, type CSSProperties, type KeyboardEvent } from 'react';

import './grid.css';
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
    <div className="rec-grid">
      <GridTools columns={columns} rows={rows} fileName={fileName} />
      <GridBody label={label} columns={columns} rows={rows} place={place} onPlace={setPlace} />
      {focused === undefined ? null : (
        <div className="rec-grid-cell-view">
          <span className="rec-grid-cell-name">
            <code>{focused}</code> {kindOf(value)}
          </span>
          <span className="rec-grid-cell-text" aria-live="polite">
            {kindOf(value) === 'null' ? (
              <span className="rec-row-null">{t.null}</span>
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
    <div className="rec-grid-tools">
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
  const press = (event: KeyboardEvent) => {
    const isCopy = (event.ctrlKey || event.metaKey) && event.key === 'c';
    if (isCopy && getSelection()?.isCollapsed !== false) {
      const column = columns[place.column];
      void navigator.clipboard.writeText(textOf(column && rows[place.row]?.[column]));
      return;
    }
    const next = moved(place, event, { rows: rows.length, columns: columns.length });
    if (next === undefined) return;
    event.preventDefault();
    onPlace(next);
    down.scrollToIndex(next.row);
    across.scrollToIndex(next.column);
  };
  const cells = across.getVirtualItems().map(({ index, start, size }) => ({
    index,
    column: columns[index] ?? '',
    look: `rec-grid-${kinds[index] ?? 'text'}`,
    style: { translate: `${start}px 0`, width: size },
  }));
  const width = across.getTotalSize();
  const hereId = `${useId()}-here`;
  return (
    <div
      ref={scroller}
      className="rec-grid-scroller"
      role="grid"
      aria-label={`${label}. ${t.hint}`}
      aria-rowcount={rows.length + 1}
      aria-colcount={columns.length}
      aria-activedescendant={hereId}
      tabIndex={0}
      onKeyDown={press}
    >
      <div className="rec-grid-space" style={{ height: down.getTotalSize() + ROW, width }}>
        <div className="rec-grid-head" role="row" aria-rowindex={1} style={{ width }}>
          {cells.map(({ index, column, look, style }) => (
            <div
              key={index}
              role="columnheader"
              aria-colindex={index + 1}
              className={`rec-grid-name ${look}`}
              style={style}
              title={`${column} · ${kinds[index] ?? ''}`}
            >
              {column}
            </div>
          ))}
        </div>
        {down.getVirtualItems().map((line) => (
          <Line
            key={line.index}
            row={rows[line.index] ?? {}}
            index={line.index}
            style={{ translate: `0 ${line.start + ROW}px`, width }}
            cells={cells}
            here={line.index === place.row ? place.column : undefined}
            hereId={hereId}
            onPlace={onPlace}
          />
        ))}
      </div>
    </div>
  );
}

interface LineProps {
  row: Row;
  index: number;
  style: CSSProperties;
  cells: readonly { index: number; column: string; look: string; style: CSSProperties }[];
  /** The column of the cell that has the keyboard, if it is in this row. */
  here: number | undefined;
  hereId: string;
  onPlace: (place: Place) => void;
}

function Line({ row, index, style, cells, here, hereId, onPlace }: LineProps) {
  return (
    <div role="row" aria-rowindex={index + 2} className="rec-grid-row" style={style}>
      {cells.map((cell) => (
        // The grid itself has the keyboard; a pointer only chooses a cell.
        // eslint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus
        <div
          key={cell.index}
          {...(cell.index === here && { id: hereId, 'aria-selected': true })}
          role="gridcell"
          aria-colindex={cell.index + 1}
          className={`rec-grid-cell ${cell.look}`}
          style={cell.style}
          onClick={() => onPlace({ row: index, column: cell.index })}
        >
          <Cell value={row[cell.column]} />
        </div>
      ))}
    </div>
  );
}

function Cell({ value }: { value: unknown }) {
  const t = useMessages(messages);
  if (kindOf(value) === 'null') return <span className="rec-row-null">{t.null}</span>;
  const text = textOf(value);
  if (text === '') return <span className="rec-row-null">{t.empty}</span>;
  return <bdi>{text.slice(0, 200)}</bdi>;
}
