import { useMemo } from 'react';
import type { Gap } from '../journal/change.ts';
import type { RecordId } from '../journal/record-key.ts';
import { recordAt, stepAt, type RecordPast } from '../journal/record-past.ts';
import { useRecordHistory } from './use-record-history.ts';
import type { UseResource } from './use-resource.ts';

/** A record as it was, with who set each field. */
export interface RecordAsOf extends RecordPast {
  /** Where changes may be missing, so that it may have been otherwise. */
  gaps: readonly Gap[];
}

/**
 * A record as it was at a moment. It is worked out from the record's history, so a viewer who may
 * not query the past may ask for it, too.
 */
export function useAsOf(
  tableName: string,
  recordId: RecordId,
  moment: Date | string,
): UseResource<RecordAsOf> {
  const { data, ...rest } = useRecordHistory(tableName, recordId);
  const time = new Date(moment).getTime();
  const asOf = useMemo(() => {
    if (data === undefined) return undefined;
    const past = recordAt(data.changes, stepAt(data.changes, new Date(time)));
    return { ...past, gaps: data.gaps };
  }, [data, time]);
  return { ...rest, data: asOf };
}
