import type { WeekOfHours } from '../journal/hour-of-week.ts';
import { useWording } from './wording.ts';

/** The same week in figures. */
export function HeatmapTable({ week, label }: { week: WeekOfHours; label: string }) {
  const { messages, hour, weekday, number } = useWording();
  return (
    // What scrolls must be reached with the keyboard.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className="pgr-scroll" role="group" aria-label={label} tabIndex={0}>
      <table className="pgr-table">
        <caption className="pgr-unseen">{label}</caption>
        <thead className="pgr-table-head">
          <tr className="pgr-table-row">
            <th className="pgr-table-name" scope="col">
              {messages.day}
            </th>
            {week[0]?.map((_, at) => (
              <th key={at} className="pgr-table-cell" scope="col">
                {hour(at)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="pgr-table-body">
          {week.map((hours, day) => (
            <tr key={day} className="pgr-table-row">
              <th className="pgr-table-name" scope="row">
                {weekday(day)}
              </th>
              {hours.map((count, at) => (
                <td key={at} className="pgr-table-cell" data-none={count === 0}>
                  {number(count)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
