-- Every table that is or was tracked, under its name of today.
SELECT
  t.id, r.oid, t.present, t.schema_name::text, t.table_name::text,
  t.key_columns, t.excluded_columns, t.hashed_columns,
  t.tracked, t.since_tx, t.since_at,
  coalesce(c.relkind = 'p', false) AS partitioned
FROM recall.tracked AS t
JOIN recall.relation AS r ON r.id = t.id
LEFT JOIN pg_catalog.pg_class AS c ON c.oid = r.oid
ORDER BY t.schema_name, t.table_name, t.id
