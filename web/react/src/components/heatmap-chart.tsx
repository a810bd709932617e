import { useRef, useState, type KeyboardEvent } from 'react';
import type { WeekOfHours } from '../journal/hour-of-week.ts';
import { customProperties } from './custom-properties.ts';
import { useWording } from './wording.ts';

interface Cell {
  day: number;
  hour: number;
}

const SIZE = 20;
const GAP = 3;
const LEFT = 36;
const TOP = 18;
const WIDTH = LEFT + 24 * (SIZE + GAP);
const HEIGHT = TOP + 7 * (SIZE + GAP);
/** How many shades there are besides that of nothing. */
const SHADES = 5;

/** A week as a grid of cells, the darker the more was changed. */
export function HeatmapChart({ week, label }: { week: WeekOfHours; label: string }) {
  const wording = useWording();
  const { messages } = wording;
  const [chosen, setChosen] = useState<Cell>({ day: 0, hour: 9 });
  const [isUsed, setUsed] = useState(false);
  const chart = useRef<SVGSVGElement>(null);
  const most = Math.max(...week.flat(), 1);

  const choose = (cell: Cell) => {
    setChosen(cell);
    setUsed(true);
  };
  const move = (event: KeyboardEvent) => {
    const next = step(event.key, chosen);
    if (next === undefined) return;
    event.preventDefault();
    choose(next);
    chart.current?.querySelector<SVGElement>(`[data-cell="${next.day}-${next.hour}"]`)?.focus();
  };
  const textOf = ({ day, hour }: Cell) => {
    const count = week[day]?.[hour] ?? 0;
    const text = messages.changes(count, wording.number(count));
    return messages.cell(wording.weekday(day), wording.hour(hour), text);
  };
  return (
    <>
      <svg
        ref={chart}
        className="pgr-chart"
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        role="grid"
        aria-label={label}
        onKeyDown={move}
        onPointerLeave={() => setUsed(false)}
      >
        <Hours />
        {week.map((hours, day) => (
          <g key={day} role="row">
            <Label x={LEFT - 8} y={TOP + day * (SIZE + GAP) + 14} isRowHeader>
              {wording.weekday(day)}
            </Label>
            {hours.map((count, hour) => (
              <rect
                key={hour}
                className="pgr-cell"
                data-cell={`${day}-${hour}`}
                data-shade={shadeOf(count, most)}
                role="gridcell"
                aria-label={textOf({ day, hour })}
                tabIndex={chosen.day === day && chosen.hour === hour ? 0 : -1}
                onFocus={() => choose({ day, hour })}
                onPointerEnter={() => choose({ day, hour })}
                style={cellPlace(day, hour)}
              />
            ))}
          </g>
        ))}
      </svg>
      <div className="pgr-chart-foot">
        <p className="pgr-chart-text">{isUsed ? textOf(chosen) : messages.activityHint}</p>
        <Legend />
      </div>
    </>
  );
}

function Hours() {
  const { hour } = useWording();
  return (
    <g role="row">
      {[0, 3, 6, 9, 12, 15, 18, 21].map((at) => (
        <Label key={at} x={LEFT + at * (SIZE + GAP)} y={11}>
          {hour(at)}
        </Label>
      ))}
    </g>
  );
}

interface LabelProps {
  x: number;
  y: number;
  isRowHeader?: boolean;
  children: string;
}

function Label({ x, y, isRowHeader = false, children }: LabelProps) {
  return (
    <text
      className="pgr-chart-label"
      role={isRowHeader ? 'rowheader' : 'columnheader'}
      data-row={isRowHeader}
      x={x}
      y={y}
    >
      {children}
    </text>
  );
}

function Legend() {
  const { messages } = useWording();
  return (
    <span className="pgr-legend" aria-hidden="true">
      {messages.less}
      {Array.from({ length: SHADES + 1 }, (_, shade) => (
        <span key={shade} className="pgr-legend-cell" data-shade={shade} />
      ))}
      {messages.more}
    </span>
  );
}

function cellPlace(day: number, hour: number) {
  return customProperties({
    '--pgr-cell-x': `${LEFT + hour * (SIZE + GAP)}px`,
    '--pgr-cell-y': `${TOP + day * (SIZE + GAP)}px`,
  });
}

/** By the square root: else one night's import would leave all other hours without colour. */
function shadeOf(count: number, most: number): number {
  return count === 0 ? 0 : Math.max(1, Math.ceil(SHADES * Math.sqrt(count / most)));
}

function step(key: string, { day, hour }: Cell): Cell | undefined {
  switch (key) {
    case 'ArrowLeft':
      return { day, hour: Math.max(hour - 1, 0) };
    case 'ArrowRight':
      return { day, hour: Math.min(hour + 1, 23) };
    case 'ArrowUp':
      return { day: Math.max(day - 1, 0), hour };
    case 'ArrowDown':
      return { day: Math.min(day + 1, 6), hour };
    case 'Home':
      return { day, hour: 0 };
    case 'End':
      return { day, hour: 23 };
    default:
      return undefined;
  }
}
