-- The tracked tables under their names of today: a rename is not an event of the journal.
CREATE OR REPLACE VIEW recall.tracked AS
SELECT
  r.id,
  coalesce(n.nspname, r.schema_name) AS schema_name,
  coalesce(c.relname, r.table_name) AS table_name,
  pg_catalog.format('%I.%I', coalesce(n.nspname, r.schema_name), coalesce(c.relname, r.table_name)) AS qualified_name,
  r.key_columns,
  r.excluded_columns,
  r.hashed_columns,
  r.tracked AND c.oid IS NOT NULL AS tracked,
  c.oid IS NOT NULL AS present,
  r.since_tx,
  r.since_at
FROM recall.relation AS r
LEFT JOIN pg_catalog.pg_class AS c ON c.oid = r.oid AND c.relkind IN ('r', 'p')
LEFT JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace;

COMMENT ON VIEW recall.tracked IS 'The tables that are or were tracked, under their names of today.';
COMMENT ON COLUMN recall.tracked.present IS 'Whether the table still exists.';
