import type { Change } from '../journal/change.ts';
import { keyLabel, keyText } from '../journal/record-key.ts';
import { displayName } from '../journal/table-name.ts';

/** Which record: its table, and the values of its key where it has one. */
export function RecordName({ table, keyOf }: { table: string; keyOf: Change['key'] }) {
  const name = displayName(table);
  return (
    <span className="pgr-record" title={keyOf ? `${table} ${keyText(keyOf)}` : table}>
      {name.schema !== undefined && <span className="pgr-record-schema">{name.schema}.</span>}
      <span className="pgr-record-table">{name.table}</span>
      {keyOf && <span className="pgr-record-key">{keyLabel(keyOf)}</span>}
    </span>
  );
}
