import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Slider, SliderThumb, SliderTrack } from 'react-aria-components';

import { marksQuery, standingQuery, tablesQuery } from '../../app/journal.ts';
import { useFormats } from '../../messages/format.ts';
import { useMessages } from '../../messages/messages.ts';
import { Moment } from '../../parts/Moment.tsx';
import { messages } from './messages.ts';
import { momentAt, stepOf, timeOf } from './moment.ts';

interface ScrubberProps {
  target: string;
  moment: string;
  onMoment: (moment: string) => void;
}

/** The recorded time from its beginning until now, with its marks, to move along in. */
export function Scrubber({ target, moment, onMoment }: ScrubberProps) {
  const { data: standing } = useQuery(standingQuery(target));
  const { data: tables = [] } = useQuery(tablesQuery(target));
  const [now] = useState(() => Date.now());
  const starts = [standing?.oldest, ...tables.map(({ since }) => since)].flatMap((at) =>
    at ? [Date.parse(at)] : [],
  );
  if (starts.length === 0) return <div className="rec-tm-scrubber" aria-hidden="true" />;
  // What was before the very first table was not recorded.
  const from = Math.min(...starts);
  return <Track key={target} {...{ target, moment, onMoment, from, now }} />;
}

interface TrackProps extends ScrubberProps {
  from: number;
  now: number;
}

function Track({ target, moment, onMoment, from, now }: TrackProps) {
  const t = useMessages(messages);
  const { dateTime } = useFormats();
  const { data: marks = [] } = useQuery(marksQuery(target));
  const step = stepOf(from, now);
  const last = Math.ceil((now - from) / step);
  const chosen = timeIn(moment, marks, now);
  // While it is dragged; the moment is asked for when it is let go.
  const [dragged, setDragged] = useState<number>();
  const placeOf = (time: number) => (time >= now ? last : Math.round((time - from) / step));
  const value = dragged ?? Math.min(Math.max(placeOf(chosen ?? now), 0), last);
  const timeAt = (place: number) => Math.min(from + place * step, now);
  return (
    <div className="rec-tm-scrubber">
      <Slider
        className="rec-tm-slider"
        aria-label={t.scrub}
        minValue={0}
        maxValue={last}
        value={value}
        onChange={setDragged}
        onChangeEnd={(place) => {
          setDragged(undefined);
          onMoment(place >= last ? 'now' : momentAt(timeAt(place)));
        }}
      >
        <SliderTrack className="rec-tm-track">
          {marks.map((mark) => {
            const share = (Date.parse(mark.at) - from) / Math.max(now - from, 1);
            return share < 0 || share > 1 ? null : (
              <span
                key={mark.name}
                className="rec-tm-mark-tick"
                style={{ insetInlineStart: `${share * 100}%` }}
                title={`${mark.name} · ${dateTime(new Date(mark.at))}`}
              />
            );
          })}
          <SliderThumb className="rec-tm-thumb">
            {dragged === undefined ? null : (
              <output className="rec-tm-thumb-time">{dateTime(new Date(timeAt(dragged)))}</output>
            )}
          </SliderThumb>
        </SliderTrack>
      </Slider>
      <p className="rec-tm-ends">
        <span>
          {t.recordedSince} <Moment at={new Date(from).toISOString()} as="short" />
        </span>
        <span>{t.now}</span>
      </p>
    </div>
  );
}

function timeIn(
  moment: string,
  marks: readonly { name: string; at: string }[],
  now: number,
): number | undefined {
  const mark = marks.find(({ name }) => moment === `mark:${name}`);
  return mark === undefined ? timeOf(moment, now) : Date.parse(mark.at);
}
