import type { Change, Gap } from '../journal/change.ts';
import { keyText, type RecordId } from '../journal/record-key.ts';
import { useResource, type UseResource } from './use-resource.ts';

/** What happened to a record. */
export interface RecordChanges {
  /** Its changes, oldest first. */
  changes: readonly Change[];
  /** Where changes may be missing. */
  gaps: readonly Gap[];
}

/** Everything that happened to a record; it is followed where its key was changed. */
export function useRecordHistory(
  tableName: string,
  recordId: RecordId,
): UseResource<RecordChanges> {
  const key = keyText(recordId);
  return useResource(JSON.stringify(['history', tableName, key]), ({ api, target }, signal) =>
    api.get('/v1/targets/{target}/tables/{table}/history', {
      params: { path: { target, table: tableName }, query: { key } },
      signal,
    }),
  );
}
