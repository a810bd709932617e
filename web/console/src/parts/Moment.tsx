import './Facts.css';
import { useFormats } from '../messages/format.ts';

interface MomentProps {
  at: string;
  /** `time` within a day, `short` within a year, `full` anywhere; `ago` counts from now. */
  as?: 'time' | 'short' | 'full' | 'ago';
}

/** A time in the zone of the one who looks; on hover, to the microsecond in UTC. */
export function Moment({ at, as = 'full' }: MomentProps) {
  const formats = useFormats();
  const date = new Date(at);
  const write = {
    time: formats.time,
    short: formats.shortDateTime,
    full: formats.dateTime,
    ago: (moment: Date) => formats.ago(moment),
  }[as];
  return (
    <time className="rec-moment" dateTime={at} title={inUtc(at)}>
      {Number.isNaN(date.getTime()) ? at : write(date)}
    </time>
  );
}

function inUtc(at: string): string {
  return at.endsWith('Z') ? at.replace('T', ' ').replace('Z', ' UTC') : at;
}
