import type { AuditLog } from '../hooks/use-audit-log.ts';
import { useWording } from './wording.ts';

/** What stands below the last change: whether there are more. */
export function ListEnd({ log }: { log: AuditLog }) {
  const { messages, number } = useWording();
  const count = log.changes.length;
  if (log.error) {
    return (
      <p className="pgr-end" role="alert">
        {messages.failed}
        <button type="button" className="pgr-link" onClick={log.loadMore}>
          {messages.retry}
        </button>
      </p>
    );
  }
  return (
    <p className="pgr-end">
      {log.hasMore
        ? messages.loadingMore
        : `${messages.noMore} · ${messages.changes(count, number(count))}`}
    </p>
  );
}
