import { useQuery } from '@tanstack/react-query';
import { useRef, useState, type PointerEvent } from 'react';

import './density.css';
import { standingQuery } from '../../app/journal.ts';
import { useFormats } from '../../messages/format.ts';
import { defineMessages, plural, useMessages } from '../../messages/messages.ts';
import { Segments } from '../../parts/Segments.tsx';
import { densityQuery } from './density.ts';
import { readQuery, valueOf, withoutTerms, withTerm, writeQuery } from './query.ts';
import { placed, rangeOf, zoomed, type PlacedBar, type Range } from './range.ts';

const messages = defineMessages({
  en: {
    label: 'Changes over time. Drag to zoom in.',
    summary: (count: number) => plural('en', count, { one: '# change', other: '# changes' }),
    stretch: 'Time',
    all: 'All',
    own: 'Own',
    now: 'now',
  },
  de: {
    label: 'Änderungen über die Zeit. Ziehen vergrößert.',
    summary: (count: number) => plural('de', count, { one: '# Änderung', other: '# Änderungen' }),
    stretch: 'Zeitraum',
    all: 'Alles',
    own: 'Eigen',
    now: 'jetzt',
  },
});

interface DensityProps {
  target: string;
  q: string;
  onChange: (q: string) => void;
}

/** When how much was changed; the stretch that is dragged over becomes the one that is shown. */
export function Density({ target, q, onChange }: DensityProps) {
  const t = useMessages(messages);
  const { shortDateTime } = useFormats();
  const { data: standing, dataUpdatedAt } = useQuery(standingQuery(target));
  const { terms } = readQuery(q);
  const now = Math.max(dataUpdatedAt, loadedAt);
  const oldest = standing?.oldest ? Date.parse(standing.oldest) : now - 3_600_000;
  const range = rangeOf(terms, oldest, now);
  const { data: bars = [] } = useQuery({
    ...densityQuery(target, q, range.to - range.from),
    enabled: standing !== undefined,
  });
  const shown = placed(bars, range);
  const total = shown.reduce((sum, bar) => sum + bar.total, 0);
  const isOpenEnded = valueOf(terms, 'until') === undefined;
  return (
    <div className="rec-density">
      <Stretch q={q} onChange={onChange} />
      <figure className="rec-density-strip">
        <Strip
          bars={shown}
          label={`${t.label} ${t.summary(total)}`}
          onZoom={(part) => onChange(writeQuery(zoomed(terms, within(range, part), now)))}
        />
        <figcaption className="rec-density-ends">
          <span>{shortDateTime(new Date(range.from))}</span>
          <span>{t.summary(total)}</span>
          <span>{isOpenEnded ? t.now : shortDateTime(new Date(range.to))}</span>
        </figcaption>
      </figure>
    </div>
  );
}

const loadedAt = Date.now();

const stretches = ['1h', '24h', '7d', '30d'] as const;

/** Stretches that are often wanted. */
function Stretch({ q, onChange }: { q: string; onChange: (q: string) => void }) {
  const t = useMessages(messages);
  const { terms } = readQuery(q);
  const since = valueOf(terms, 'since');
  const until = valueOf(terms, 'until');
  const isAll = since === undefined && until === undefined;
  const known = stretches.find((stretch) => stretch === since && until === undefined);
  const value = isAll ? 'all' : (known ?? 'own');
  const options = [
    ...stretches.map((stretch) => ({ value: stretch, name: stretch })),
    { value: 'all', name: t.all },
    ...(value === 'own' ? [{ value: 'own', name: t.own }] : []),
  ];
  const choose = (chosen: string) => {
    const others = withoutTerms(terms, 'since', 'until');
    if (chosen === 'all') onChange(writeQuery(others));
    else if (chosen !== 'own')
      onChange(writeQuery(withTerm(others, { name: 'since', value: chosen })));
  };
  return <Segments label={t.stretch} value={value} onChange={choose} options={options} />;
}

/** A part of a stretch: where it begins and ends, as shares of the whole. */
interface Part {
  from: number;
  to: number;
}

function within({ from, to }: Range, part: Part): Range {
  const length = to - from;
  return {
    from: Math.floor(from + part.from * length),
    to: Math.ceil(from + part.to * length),
  };
}

interface StripProps {
  bars: readonly PlacedBar[];
  label: string;
  onZoom: (part: Part) => void;
}

const width = 1000;
const height = 40;

function Strip({ bars, label, onZoom }: StripProps) {
  const drawing = useRef<SVGSVGElement>(null);
  const [drag, setDrag] = useState<{ start: number; end: number }>();
  const share = ({ clientX }: PointerEvent) => {
    const box = drawing.current?.getBoundingClientRect();
    if (box === undefined || box.width === 0) return 0;
    return Math.min(Math.max((clientX - box.left) / box.width, 0), 1);
  };
  const finish = () => {
    setDrag(undefined);
    if (drag === undefined) return;
    const part = { from: Math.min(drag.start, drag.end), to: Math.max(drag.start, drag.end) };
    // A click without dragging is a slip.
    if (part.to - part.from > 0.005) onZoom(part);
  };
  const most = Math.max(
    1,
    ...bars.map(({ total, width: share }) => total / Math.max(share, 0.001)),
  );
  return (
    <svg
      ref={drawing}
      className="rec-density-drawing"
      viewBox={`0 0 ${width} ${height}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
      onPointerDown={(event) => {
        drawing.current?.setPointerCapture(event.pointerId);
        setDrag({ start: share(event), end: share(event) });
      }}
      onPointerMove={(event) => {
        if (drag !== undefined) setDrag({ ...drag, end: share(event) });
      }}
      onPointerUp={finish}
      onPointerCancel={() => setDrag(undefined)}
    >
      {bars.map((bar) => (
        <BarDrawing key={bar.from} bar={bar} scale={height / most} />
      ))}
      {drag === undefined ? null : (
        <rect
          className="rec-density-part"
          x={Math.min(drag.start, drag.end) * width}
          width={Math.abs(drag.end - drag.start) * width}
          y="0"
          height={height}
        />
      )}
    </svg>
  );
}

/** The height is changes per time, so that a bar that is cut at the end is not too low. */
function BarDrawing({ bar, scale }: { bar: PlacedBar; scale: number }) {
  const perTime = scale / Math.max(bar.width, 0.001);
  const parts = [
    ['delete', bar.deletes],
    ['update', bar.updates],
    ['insert', bar.inserts],
  ] as const;
  const gap = Math.min(1, bar.width * width * 0.15);
  let top = height;
  return parts.map(([kind, count]) => {
    const tall = count === 0 ? 0 : Math.max(count * perTime, 0.75);
    top -= tall;
    return (
      <rect
        key={kind}
        className={`rec-density-${kind}`}
        x={bar.left * width + gap / 2}
        width={Math.max(bar.width * width - gap, 0.5)}
        y={top}
        height={tall}
      />
    );
  });
}
