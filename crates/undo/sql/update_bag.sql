-- Sets columns of one row back, in a table without a key: any of the rows that are alike will do.
UPDATE {live_table} AS t
SET {assignments}
FROM pg_catalog.jsonb_populate_record(NULL::{table}, $1::pg_catalog.jsonb -> 'target') AS p
WHERE (t.tableoid, t.ctid) = (
  SELECT r.tableoid, r.ctid
  FROM {live_table} AS r
  WHERE ({image})::pg_catalog.text = ($1::pg_catalog.jsonb -> 'expected')::pg_catalog.text
  LIMIT 1
  FOR UPDATE
)
