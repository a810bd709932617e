import { useMemo, useState } from 'react';
import { useActivity, type Activity } from '../hooks/use-activity.ts';
import type { ChangeFilter } from '../journal/filter.ts';
import { hoursOfWeek, type WeekOfHours } from '../journal/hour-of-week.ts';
import { usePgRecall } from '../provider.tsx';
import { HeatmapChart } from './heatmap-chart.tsx';
import { HeatmapTable } from './heatmap-table.tsx';
import { Notice, ProblemNotice } from './notice.tsx';
import { Root, type RootProps } from './root.tsx';
import { useWording } from './wording.ts';

/** Which changes are counted: those of the last 28 days without `since`. */
export interface ActivityHeatmapProps extends RootProps, ChangeFilter {
  title?: string | undefined;
}

/** So far back the hours fit in one answer of the API, which holds 1000. */
const FOUR_WEEKS = '672h';

/** How much is changed at which hour of the week. */
export function ActivityHeatmap({ className, theme, title, ...filter }: ActivityHeatmapProps) {
  const { messages } = useWording();
  const { timeZone } = usePgRecall();
  const [isTable, setTable] = useState(false);
  const { since = FOUR_WEEKS } = filter;
  const { data, error, reload } = useActivity({ ...filter, since, by: ['hour'] });
  const week = useMemo(() => data && hoursOfWeek(data.map(countOf), timeZone), [data, timeZone]);
  const heading = title ?? messages.activity;
  return (
    <Root kind="activity-heatmap" label={heading} className={className} theme={theme}>
      <header className="pgr-bar">
        <h2 className="pgr-title">{heading}</h2>
        <button
          type="button"
          className="pgr-button"
          aria-pressed={isTable}
          onClick={() => setTable(!isTable)}
        >
          {isTable ? messages.asChart : messages.asTable}
        </button>
      </header>
      <div className="pgr-heatmap">
        {week === undefined && error && <ProblemNotice problem={error} retry={reload} />}
        {week === undefined && !error && <span className="pgr-loading-bar pgr-heatmap-loading" />}
        {week && data?.length === 0 && <Notice icon="clock" title={messages.noActivity} />}
        {week && data?.length !== 0 && <Shown week={week} isTable={isTable} label={heading} />}
      </div>
    </Root>
  );
}

function Shown(props: { week: WeekOfHours; isTable: boolean; label: string }) {
  const { week, isTable, label } = props;
  return isTable ? (
    <HeatmapTable week={week} label={label} />
  ) : (
    <HeatmapChart week={week} label={label} />
  );
}

function countOf({ group, changes }: Activity) {
  return { hour: String(group.hour), changes };
}
