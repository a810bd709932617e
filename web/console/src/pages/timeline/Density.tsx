import { useQuery } from '@tanstack/react-query';
import { useRef, useState, type PointerEvent } from 'react';

import './density.css';
import { standingQuery } from '../../app/journal.ts';
import { useFormats } from '../../messages/format.ts';
import { defineMessages, plural, useMessages } from '../../messages/messages.ts';
import { Segments } from '../../parts/Segments.tsx';
import { densityQuery } from './density.ts';
import { readQuery, valueOf, withoutTerms, withTerm, writeQuery } from './query.ts';
import { placed, zoomed, type Bar, type Placed, type Range } from './range.ts';

const messages = defineMessages({
  en: {
    label: 'Changes over time. Drag to zoom in.',
    summary: (count: number) => plural('en', count, { one: '# change', other: '# changes' }),
    about: (count: number) =>
      plural('en', count, { one: 'about # change', other: 'about # changes' }),
    stretch: 'Time',
    all: 'All',
    own: 'Custom',
    now: 'now',
  },
  de: {
    label: 'Änderungen über die Zeit. Ziehen vergrößert.',
    summary: (count: number) => plural('de', count, { one: '# Änderung', other: '# Änderungen' }),
    about: (count: number) =>
      plural('de', count, { one: 'etwa # Änderung', other: 'etwa # Änderungen' }),
    stretch: 'Zeitraum',
    all: 'Alles',
    own: 'Eigen',
    now: 'jetzt',
  },
});

interface DensityProps {
  target: string;
  q: string;
  /** Until then nothing is asked. */
  isReady: boolean;
  onChange: (q: string) => void;
}

/** When how much was changed; the stretch that is dragged over becomes the one that is shown. */
export function Density({ target, q, isReady, onChange }: DensityProps) {
  const t = useMessages(messages);
  const { shortDateTime } = useFormats();
  const standing = useQuery(standingQuery(target));
  const { terms } = readQuery(q);
  const oldest = standing.data?.oldest ?? '';
  const isBounded = oldest !== '' || valueOf(terms, 'since') !== undefined;
  const asked = densityQuery(target, q, oldest);
  const { data: density } = useQuery({ ...asked, enabled: isBounded && isReady });
  const total = density?.bars.reduce((sum, bar) => sum + bar.total, 0) ?? 0;
  const isOpenEnded = valueOf(terms, 'until') === undefined;
  const summary = density?.isSampled ? t.about(total) : t.summary(total);
  // Who may not know since when there is a journal gets a strip of the stretches only.
  if (standing.isError && !isBounded) {
    return (
      <div className="rec-density">
        <Stretch q={q} onChange={onChange} />
      </div>
    );
  }
  return (
    <div className="rec-density">
      <Stretch q={q} onChange={onChange} />
      <figure className="rec-density-strip">
        <Strip
          bars={density === undefined ? [] : placed(density.bars, density)}
          label={`${t.label} ${summary}`}
          onZoom={(part) => {
            if (density === undefined) return;
            const now = isOpenEnded ? density.to : Infinity;
            onChange(writeQuery(zoomed(terms, within(density, part), now)));
          }}
        />
        <figcaption className="rec-density-ends">
          <span>{density === undefined ? '' : shortDateTime(new Date(density.from))}</span>
          <span>{density === undefined ? '' : summary}</span>
          <span>
            {density === undefined || isOpenEnded ? t.now : shortDateTime(new Date(density.to))}
          </span>
        </figcaption>
      </figure>
    </div>
  );
}

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
  bars: readonly Placed<Bar>[];
  label: string;
  onZoom: (part: Part) => void;
}

const width = 1000;
const height = 40;
/** A single change is seen beside thousands, too. */
const least = 4;

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
  const most = Math.max(1, ...bars.map(({ total }) => total));
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
      {bars.map(({ from, left, width: share, total }) => (
        <rect
          key={from}
          className="rec-density-bar"
          x={left * width}
          width={share * width * 0.85}
          y={height - Math.max((total / most) * height, least)}
          height={Math.max((total / most) * height, least)}
        />
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
