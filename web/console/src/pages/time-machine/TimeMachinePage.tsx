import { getRouteApi, useNavigate } from '@tanstack/react-router';

import './time-machine.css';
import { useMessages } from '../../messages/messages.ts';
import { Page } from '../../parts/Page.tsx';
import { Segments } from '../../parts/Segments.tsx';
import { Compare } from './Compare.tsx';
import { messages } from './messages.ts';
import { MomentPicker } from './MomentPicker.tsx';
import { QueryThen } from './QueryThen.tsx';
import { without, type View } from './route.ts';
import { Scrubber } from './Scrubber.tsx';
import { TableThen } from './TableThen.tsx';

const route = getRouteApi('/signed-in/time-machine/$target');

const views: readonly View[] = ['tables', 'query', 'compare'];

/** Tables and queries as of a moment, and what differs between two. */
export function TimeMachinePage() {
  const t = useMessages(messages);
  const { target } = route.useParams();
  const { at = 'now', view = 'tables' } = route.useSearch();
  const navigate = useNavigate({ from: '/time-machine/$target' });
  const go = (moment: string) =>
    void navigate({ search: (before) => ({ ...without(before, 'page'), at: moment }) });
  return (
    <Page
      title={t.title}
      body="fill"
      actions={
        <Segments
          label={t.view}
          options={views.map((value) => ({ value, name: t.views[value] }))}
          value={view}
          onChange={(next) => void navigate({ search: (before) => ({ ...before, view: next }) })}
        />
      }
      toolbar={
        <div className="rec-tm-moment">
          {/* What is half typed belongs to the moment that is shown. */}
          <MomentPicker key={at} target={target} moment={at} onMoment={go} />
          <Scrubber target={target} moment={at} onMoment={go} />
        </div>
      }
    >
      <div className="rec-tm-body">
        {view === 'tables' ? <TableThen /> : null}
        {view === 'query' ? <QueryThen /> : null}
        {view === 'compare' ? <Compare /> : null}
      </div>
    </Page>
  );
}
