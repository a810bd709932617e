'use client';

export * from './hooks.ts';
export { AuditLogViewer } from './components/audit-log-viewer.tsx';
export type { AuditLogViewerProps } from './components/audit-log-viewer.tsx';
export { RecordHistory } from './components/record-history.tsx';
export type { RecordHistoryProps } from './components/record-history.tsx';
export { ChangeDiff } from './components/change-diff.tsx';
export type { ChangeDiffProps } from './components/change-diff.tsx';
export type { RowPair } from './journal/field-changes.ts';
export { Timeline } from './components/timeline.tsx';
export type { TimelineProps } from './components/timeline.tsx';
export { ActivityHeatmap } from './components/activity-heatmap.tsx';
export type { ActivityHeatmapProps } from './components/activity-heatmap.tsx';
export { DataExporter } from './components/data-exporter.tsx';
export type { DataExporterProps } from './components/data-exporter.tsx';
export type { RootProps } from './components/root.tsx';
export { en } from './messages/en.ts';
export { de } from './messages/de.ts';
