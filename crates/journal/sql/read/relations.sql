-- Every table that is or was tracked, under its name of today.
SELECT
  t.id, r.oid, t.present, t.schema_name::text, t.table_name::text,
  t.key_columns, t.excluded_columns, t.hashed_columns,
  t.tracked, t.since_tx, t.since_at, r.since_change,
  s.id AS shape, s.columns AS shape_columns, s.types AS shape_types, s.read_as AS shape_read_as,
  coalesce(recall._has_its_shape(t.id), false) AS shape_is_present,
  coalesce(c.relkind = 'p', false) AS partitioned
FROM recall.tracked AS t
JOIN recall.relation AS r ON r.id = t.id
LEFT JOIN recall.shape AS s ON s.id = r.shape
LEFT JOIN pg_catalog.pg_class AS c ON c.oid = r.oid
ORDER BY t.schema_name, t.table_name, t.id
