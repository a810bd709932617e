import { useEffect, useRef, useState } from 'react';
import { exportChanges, save, type ExportFormat } from '../data/export-changes.ts';
import type { ChangeFilter } from '../journal/filter.ts';
import { usePgRecall } from '../provider.tsx';
import { Icon } from './icon.tsx';
import { Root, type RootProps } from './root.tsx';
import { useWording } from './wording.ts';

/** What is exported: all changes that fit. */
export interface DataExporterProps extends RootProps, ChangeFilter {
  /** The name of the file, without its ending. */
  fileName?: string | undefined;
}

/** Buttons that export all changes that fit, as CSV or JSON Lines. */
export function DataExporter({ className, theme, fileName, ...filter }: DataExporterProps) {
  const { messages } = useWording();
  return (
    <Root kind="data-exporter" label={messages.export} className={className} theme={theme}>
      <ExportButtons filter={filter} fileName={fileName} />
    </Root>
  );
}

type Progress =
  { kind: 'idle' | 'done' | 'failed' } | { kind: 'running'; bytes: number; cancel: () => void };

const formats: readonly { format: ExportFormat; label: string }[] = [
  { format: 'csv', label: 'CSV' },
  { format: 'jsonl', label: 'JSON Lines' },
];

/** The buttons alone, for use within another component. */
export function ExportButtons(props: { filter: ChangeFilter; fileName?: string | undefined }) {
  const { messages, size } = useWording();
  const { progress, start } = useExport(props.filter, props.fileName ?? 'changes');
  if (progress.kind === 'running') {
    return (
      <div className="pgr-export" role="status">
        <span className="pgr-export-progress">{messages.exporting(size(progress.bytes))}</span>
        <button type="button" className="pgr-button" onClick={progress.cancel}>
          {messages.cancel}
        </button>
      </div>
    );
  }
  return (
    <div className="pgr-export">
      <span className="pgr-export-label" role="status" data-kind={progress.kind}>
        <Icon name="download" />
        {progress.kind === 'failed' && messages.exportFailed}
        {progress.kind === 'done' && messages.exported}
        {progress.kind === 'idle' && messages.export}
      </span>
      {formats.map(({ format, label }) => (
        <button
          key={format}
          type="button"
          className="pgr-button"
          aria-label={`${messages.export} ${label}`}
          onClick={() => start(format)}
        >
          {label}
        </button>
      ))}
    </div>
  );
}

function useExport(filter: ChangeFilter, fileName: string) {
  const { api, target } = usePgRecall();
  const [progress, setProgress] = useState<Progress>({ kind: 'idle' });
  const running = useRef<AbortController>(undefined);
  useEffect(() => () => running.current?.abort(), []);

  const start = async (format: ExportFormat) => {
    const abort = new AbortController();
    running.current = abort;
    const cancel = () => {
      abort.abort();
      setProgress({ kind: 'idle' });
    };
    const told = (bytes: number) => setProgress({ kind: 'running', bytes, cancel });
    told(0);
    try {
      const options = { filter, format, signal: abort.signal, progress: told };
      save(await exportChanges(api, target, options), `${fileName}.${format}`);
      setProgress({ kind: 'done' });
    } catch {
      if (!abort.signal.aborted) setProgress({ kind: 'failed' });
    }
  };
  return { progress, start: (format: ExportFormat) => void start(format) };
}
