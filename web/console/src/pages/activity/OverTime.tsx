import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';

import { standingQuery } from '../../app/journal.ts';
import { useFormats } from '../../messages/format.ts';
import { useMessages } from '../../messages/messages.ts';
import { Section } from '../../parts/Page.tsx';
import { placed, rangeOf, zoomed, type Bar, type Placed, type Range } from '../timeline/range.ts';
import { writeQuery } from '../timeline/query.ts';
import { activityQuery, termsOf, type Activity, type Scope } from './activity.ts';
import { messages } from './messages.ts';

const hour = 3_600_000;

/** Bars of changes by hour or day; each leads to its changes. */
export function OverTime({ scope }: { scope: Scope }) {
  const t = useMessages(messages);
  const isHourly = scope.stretch === '24h' || scope.stretch === '7d';
  const by = isHourly ? 'hour' : 'day';
  const { data: standing, dataUpdatedAt } = useQuery(standingQuery(scope.target));
  const { data: counted = [] } = useQuery(activityQuery(scope, by));
  const navigate = useNavigate();
  const now = dataUpdatedAt === 0 ? openedAt : dataUpdatedAt;
  const oldest = standing?.oldest ? Date.parse(standing.oldest) : now - 24 * hour;
  const range = rangeOf(termsOf(scope), oldest - (oldest % (24 * hour)), now);
  const bars = placed(
    counted.map((one) => barOf(one, by)),
    range,
  );
  return (
    <Section title={t.overTime} hint={isHourly ? t.hourly : t.daily}>
      <Chart
        bars={bars}
        range={range}
        onOpen={(bar) => {
          const q = writeQuery(zoomed(termsOf(scope), bar, now));
          const { target } = scope;
          void navigate({ to: '/timeline/$target', params: { target }, search: { q } });
        }}
      />
    </Section>
  );
}

const openedAt = Date.now();

/** An hour or a day, with what was done in it. */
interface CountedBar extends Bar {
  inserts: number;
  updates: number;
  deletes: number;
}

function barOf(counted: Activity, by: 'hour' | 'day'): CountedBar {
  const { group, changes, inserts, updates, deletes, truncates } = counted;
  const from = Date.parse(String(group[by]));
  const length = by === 'hour' ? hour : 24 * hour;
  const parts = { inserts, updates, deletes: deletes + truncates };
  return { from, to: from + length, total: changes, ...parts };
}

interface ChartProps {
  bars: readonly Placed<CountedBar>[];
  range: Range;
  onOpen: (bar: Placed<CountedBar>) => void;
}

const width = 1000;
const height = 120;
/** A few bars are not stretched over the whole width. */
const widest = 40;

function Chart({ bars, range: { from, to }, onOpen }: ChartProps) {
  const t = useMessages(messages);
  const { number, shortDateTime } = useFormats();
  const [shown, setShown] = useState<Placed<CountedBar>>();
  const most = Math.max(1, ...bars.map(({ total }) => total));
  return (
    <figure className="rec-chart">
      <div className="rec-chart-scale" aria-hidden="true">
        <span>{number(most)}</span>
        <span>0</span>
      </div>
      <svg
        className="rec-chart-drawing"
        viewBox={`0 0 ${width} ${height}`}
        preserveAspectRatio="none"
        role="group"
        aria-label={t.overTime}
        onPointerLeave={() => setShown(undefined)}
      >
        {bars.map((bar) => (
          <ChartBar
            key={bar.from}
            bar={bar}
            most={most}
            label={t.changesAt(bar.total, shortDateTime(new Date(bar.from)))}
            onOpen={() => onOpen(bar)}
            onShow={() => setShown(bar)}
          />
        ))}
      </svg>
      <figcaption className="rec-chart-ends">
        <span>{shortDateTime(new Date(from))}</span>
        <span className="rec-chart-shown">
          {shown === undefined
            ? null
            : t.changesAt(shown.total, shortDateTime(new Date(shown.from)))}
        </span>
        <span>{shortDateTime(new Date(to))}</span>
      </figcaption>
    </figure>
  );
}

interface ChartBarProps {
  bar: Placed<CountedBar>;
  most: number;
  label: string;
  onOpen: () => void;
  onShow: () => void;
}

function ChartBar({ bar, most, label, onOpen, onShow }: ChartBarProps) {
  const room = bar.width * width;
  const wide = Math.max(Math.min(room * 0.8, widest), 1);
  const x = bar.left * width + (room - wide) / 2;
  const parts = [
    ['delete', bar.deletes],
    ['update', bar.updates],
    ['insert', bar.inserts],
  ] as const;
  let top = height;
  return (
    <g
      className="rec-chart-bar"
      role="link"
      tabIndex={0}
      aria-label={label}
      onClick={onOpen}
      onKeyDown={(event) => {
        if (event.key === 'Enter') onOpen();
      }}
      onFocus={onShow}
      onPointerEnter={onShow}
    >
      <rect className="rec-chart-room" x={bar.left * width} width={room} y="0" height={height} />
      {parts.map(([kind, count]) => {
        const tall = count === 0 ? 0 : Math.max((count / most) * height, 1);
        top -= tall;
        return (
          <rect key={kind} className={`rec-bar-${kind}`} x={x} width={wide} y={top} height={tall} />
        );
      })}
    </g>
  );
}
