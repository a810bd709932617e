import { useState, type ReactNode } from 'react';
import { useAuditLog, type UseAuditLogOptions } from '../hooks/use-audit-log.ts';
import { useTables } from '../hooks/use-tables.ts';
import type { Change } from '../journal/change.ts';
import { isSameTable } from '../journal/table-name.ts';
import { ChangeDrawer } from './change-drawer.tsx';
import { ChangeRows } from './change-rows.tsx';
import { ExportButtons } from './data-exporter.tsx';
import { FilterBar } from './filter-bar.tsx';
import { chosenFilter, nothingChosen, type ChosenFilter } from './chosen-filter.ts';
import { GapNotice } from './gap-notice.tsx';
import { LiveToggle } from './live-toggle.tsx';
import { Notice, ProblemNotice } from './notice.tsx';
import { Root, type RootProps } from './root.tsx';
import { useWording } from './wording.ts';

/** Which changes are shown, and what of the frame around them. */
export interface AuditLogViewerProps extends RootProps, UseAuditLogOptions {
  /** The heading; an empty one leaves it out. */
  title?: string | undefined;
  /** The filter bar. What the properties fix cannot be chosen in it. */
  showFilters?: boolean | undefined;
  /** The buttons that export what is shown. */
  showExport?: boolean | undefined;
  /** Called with a change that is chosen; nothing is opened then. */
  onSelect?: ((change: Change) => void) | undefined;
}

/** An audit log: filters, a list that grows as changes are committed, and each change in full. */
export function AuditLogViewer(props: AuditLogViewerProps) {
  const { className, theme, title, showFilters = true, showExport = true, onSelect } = props;
  const { messages } = useWording();
  const [chosen, setChosen] = useState<ChosenFilter>(nothingChosen);
  const filter = chosenFilter(props, chosen);
  const log = useAuditLog({ ...filter, realtime: props.realtime, pageSize: props.pageSize });
  const [isHeld, setHeld] = useState(false);
  const [openId, setOpenId] = useState<number>();
  const heading = title ?? messages.auditLog;
  const isFiltered = chosen !== nothingChosen;

  return (
    <Root kind="audit-log" label={heading || messages.auditLog} className={className} theme={theme}>
      <header className="pgr-bar">
        {heading !== '' && <h2 className="pgr-title">{heading}</h2>}
        <LiveToggle log={log} isHeld={isHeld} setHeld={setHeld} />
        {showExport && <ExportButtons filter={filter} />}
      </header>
      {showFilters && <FilterBar fixed={props} chosen={chosen} choose={setChosen} />}
      <FittingGaps tableName={filter.tableName} />
      <Listed
        log={log}
        empty={<Nothing isFiltered={isFiltered} clear={() => setChosen(nothingChosen)} />}
      >
        <ChangeRows
          log={log}
          isHeld={isHeld}
          openId={openId}
          open={(change) => (onSelect ? onSelect(change) : setOpenId(change.id))}
        />
      </Listed>
      <ChangeDrawer changes={log.changes} openId={openId} open={setOpenId} />
    </Root>
  );
}

/** The list, or what stands in its place, which is as high as the list would be. */
function Listed(props: {
  log: ReturnType<typeof useAuditLog>;
  empty: ReactNode;
  children: ReactNode;
}) {
  const { log, empty, children } = props;
  if (log.changes.length > 0) return children;
  if (log.error) {
    return (
      <div className="pgr-list">
        <ProblemNotice problem={log.error} retry={log.reload} />
      </div>
    );
  }
  return <div className="pgr-list">{log.isLoading ? <LoadingRows /> : empty}</div>;
}

function Nothing({ isFiltered, clear }: { isFiltered: boolean; clear: () => void }) {
  const { messages } = useWording();
  if (!isFiltered) {
    return <Notice icon="empty" title={messages.noChanges} hint={messages.noChangesHint} />;
  }
  return (
    <Notice icon="empty" title={messages.noMatches} hint={messages.noMatchesHint}>
      <button type="button" className="pgr-button" onClick={clear}>
        {messages.clearFilters}
      </button>
    </Notice>
  );
}

function LoadingRows() {
  const { messages } = useWording();
  return (
    <div className="pgr-loading" role="status">
      <span className="pgr-unseen">{messages.loading}</span>
      {Array.from({ length: 12 }, (_, index) => (
        <div key={index} className="pgr-loading-row" aria-hidden="true">
          <span className="pgr-loading-bar" />
          <span className="pgr-loading-bar" />
          <span className="pgr-loading-bar" />
        </div>
      ))}
    </div>
  );
}

function FittingGaps({ tableName }: { tableName: string | undefined }) {
  // Who may not list the tables sees the log without it.
  const { data: tables } = useTables();
  const fitting = (tables ?? []).filter(
    ({ table }) => tableName === undefined || isSameTable(table, tableName),
  );
  return <GapNotice gaps={fitting.flatMap(({ gaps }) => gaps)} />;
}
