-- Removes one row of a table without a key: any of the rows that are alike will do.
DELETE FROM {live_table} AS t
WHERE (t.tableoid, t.ctid) = (
  SELECT r.tableoid, r.ctid
  FROM {live_table} AS r
  WHERE ({image})::pg_catalog.text = ($1::pg_catalog.jsonb -> 'expected')::pg_catalog.text
  LIMIT 1
  FOR UPDATE
)
