-- The tables with these numbers, or every table that is or was tracked, under their names of today.
SELECT
  t.id, r.oid, t.present, t.schema_name::text, t.table_name::text,
  t.key_columns, t.excluded_columns, t.hashed_columns,
  t.tracked, t.since_tx, t.since_at, r.since_change,
  s.id AS shape, s.columns AS shape_columns, s.types AS shape_types, s.read_as AS shape_read_as,
  coalesce(recall._has_its_shape(t.id), false) AS shape_is_present,
  coalesce(c.relkind = 'p', false) AS partitioned,
  coalesce(o.oids, '{}') AS only_role_oids, coalesce(o.names, '{}') AS only_role_names,
  (o.oids, o.names) IS NOT DISTINCT FROM (r.only_roles, r.only_role_names) AS roles_are_as_written,
  r.condition, r.on_failure, r.after_image, r.for_each,
  EXISTS (
    SELECT FROM recall.gap AS g WHERE g.relation = r.id AND g.reason = 'paused' AND g.until_tx IS NULL
  ) AS paused
FROM recall.tracked AS t
JOIN recall.relation AS r ON r.id = t.id
LEFT JOIN recall.shape AS s ON s.id = r.shape
LEFT JOIN pg_catalog.pg_class AS c ON c.oid = r.oid
-- A role goes by its name first: in another cluster its number is somebody else's.
CROSS JOIN LATERAL (
  SELECT
    pg_catalog.array_agg(coalesce(n.oid, i.oid, w.oid) ORDER BY w.position) AS oids,
    pg_catalog.array_agg(coalesce(n.rolname::text, i.rolname::text, w.name) ORDER BY w.position) AS names
  FROM unnest(r.only_roles, r.only_role_names) WITH ORDINALITY AS w (oid, name, position)
  LEFT JOIN pg_catalog.pg_roles AS n ON n.rolname = w.name
  LEFT JOIN pg_catalog.pg_roles AS i ON i.oid = w.oid
) AS o
WHERE $1::integer[] IS NULL OR t.id = ANY ($1)
ORDER BY t.schema_name, t.table_name, t.id
