import { ActivityHeatmap } from '@pgrecall/react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';

import './activity.css';
import { useFormats } from '../../messages/format.ts';
import { useMessages } from '../../messages/messages.ts';
import { ButtonLink } from '../../parts/Button.tsx';
import { Figures } from '../../parts/Facts.tsx';
import { Page, Section } from '../../parts/Page.tsx';
import { Recall } from '../../parts/Recall.tsx';
import { Segments } from '../../parts/Segments.tsx';
import { Empty, Failure, Skeleton } from '../../parts/State.tsx';
import { writeQuery } from '../timeline/query.ts';
import { activityQuery, nameOf, sumOf, termsOf, type Scope } from './activity.ts';
import { Bursts } from './Bursts.tsx';
import { messages } from './messages.ts';
import { OverTime } from './OverTime.tsx';
import { Ranking } from './Ranking.tsx';
import { activityRoute, stretches, type ActivitySearch, type Stretch } from './route.ts';

/** Who changed what, when, and how much of it; of everybody, or of one actor. */
export function ActivityPage() {
  const t = useMessages(messages);
  const { target } = activityRoute.useParams();
  const { stretch = '7d', actor } = activityRoute.useSearch();
  const navigate = useNavigate({ from: '/activity/$target' });
  const scope: Scope = { target, stretch, actor };
  const choose = (chosen: Stretch) =>
    void navigate({ search: (before: ActivitySearch) => ({ ...before, stretch: chosen }) });
  const q = writeQuery(termsOf(scope));
  return (
    <Page
      title={actor === undefined ? t.title : t.of(actor)}
      actions={
        <ButtonLink
          to="/timeline/$target"
          params={{ target }}
          search={q === '' ? {} : { q }}
          icon="timeline"
        >
          {t.inTimeline}
        </ButtonLink>
      }
      toolbar={
        <div className="rec-activity-tools">
          <Segments
            label={t.stretch}
            value={stretch}
            onChange={choose}
            options={stretches.map((value) => ({ value, name: value === 'all' ? t.all : value }))}
          />
          {actor === undefined ? null : (
            <ButtonLink
              kind="quiet"
              icon="left"
              to="/activity/$target"
              params={{ target }}
              search={{ stretch }}
            >
              {t.allActors}
            </ButtonLink>
          )}
        </div>
      }
    >
      <Counted scope={scope} />
    </Page>
  );
}

function Counted({ scope }: { scope: Scope }) {
  const t = useMessages(messages);
  const byActor = useQuery(activityQuery(scope, 'actor'));
  const byTable = useQuery(activityQuery(scope, 'table'));
  if (byActor.isError) {
    return <Failure error={byActor.error} onRetry={() => void byActor.refetch()} />;
  }
  if (byActor.isPending || byTable.isPending) return <Skeleton lines={14} />;
  if (byActor.data.length === 0) {
    return (
      <Empty icon="activity" title={t.none}>
        {t.noneText}
      </Empty>
    );
  }
  return <Loaded scope={scope} byActor={byActor.data} byTable={byTable.data ?? []} />;
}

interface LoadedProps {
  scope: Scope;
  byActor: Parameters<typeof sumOf>[0];
  byTable: Parameters<typeof sumOf>[0];
}

function Loaded({ scope, byActor, byTable }: LoadedProps) {
  const t = useMessages(messages);
  const { number } = useFormats();
  const { target, stretch, actor } = scope;
  const sum = sumOf(byActor);
  return (
    <>
      <Figures
        figures={[
          [t.changes, number(sum.changes)],
          [t.inserts, number(sum.inserts)],
          [t.updates, number(sum.updates)],
          [t.deletes, number(sum.deletes)],
          ...(actor === undefined ? [[t.actors, number(byActor.length)] as const] : []),
          [t.tables, number(byTable.length)],
        ]}
      />
      <OverTime scope={scope} />
      <div className="rec-activity-pair">
        {actor === undefined ? (
          <Section title={t.byActor} hint={t.byActorHint}>
            <Ranking name={t.actor} activity={byActor} labelOf={nameOf} scope={scope} by="actor" />
          </Section>
        ) : (
          <OfActor scope={scope} />
        )}
        <Section title={t.byTable}>
          <Ranking
            name={t.table}
            activity={byTable}
            labelOf={({ group }) => String(group.table)}
            scope={scope}
            by="table"
          />
        </Section>
      </div>
      <Bursts scope={scope} />
      <Recall target={target}>
        <ActivityHeatmap
          title={t.week}
          {...(actor !== undefined && { actor })}
          // More hours than these do not fit into one answer.
          since={stretch === 'all' || stretch === '90d' || stretch === '30d' ? '28d' : stretch}
        />
      </Recall>
    </>
  );
}

/** What an actor worked with. */
function OfActor({ scope }: { scope: Scope }) {
  const t = useMessages(messages);
  const sessions = useQuery(activityQuery(scope, 'session'));
  return (
    <Section title={t.bySession}>
      <Ranking
        name={t.session}
        activity={sessions.data ?? []}
        labelOf={({ group }) => (typeof group.session === 'string' ? group.session : '')}
        scope={scope}
        by="session"
      />
    </Section>
  );
}
