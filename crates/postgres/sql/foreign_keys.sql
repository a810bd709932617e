-- The foreign keys that touch any of the given tables, by the tables a user sees: the entries that
-- PostgreSQL makes for partitions are left out. Works from PostgreSQL 13.
SELECT
  k.conname,
  cn.nspname AS child_schema,
  cc.relname AS child_table,
  (
    SELECT array_agg(a.attname::text ORDER BY u.position)
    FROM unnest(k.conkey) WITH ORDINALITY AS u (attnum, position)
    JOIN pg_catalog.pg_attribute AS a ON a.attrelid = k.conrelid AND a.attnum = u.attnum
  ) AS child_columns,
  pn.nspname AS parent_schema,
  pc.relname AS parent_table,
  (
    SELECT array_agg(a.attname::text ORDER BY u.position)
    FROM unnest(k.confkey) WITH ORDINALITY AS u (attnum, position)
    JOIN pg_catalog.pg_attribute AS a ON a.attrelid = k.confrelid AND a.attnum = u.attnum
  ) AS parent_columns,
  k.confdeltype::text AS on_delete,
  k.confupdtype::text AS on_update
FROM pg_catalog.pg_constraint AS k
JOIN pg_catalog.pg_class AS cc ON cc.oid = k.conrelid
JOIN pg_catalog.pg_namespace AS cn ON cn.oid = cc.relnamespace
JOIN pg_catalog.pg_class AS pc ON pc.oid = k.confrelid
JOIN pg_catalog.pg_namespace AS pn ON pn.oid = pc.relnamespace
WHERE k.contype = 'f'
  AND k.conparentid = 0
  AND (k.conrelid = ANY ($1) OR k.confrelid = ANY ($1))
ORDER BY k.conname, k.oid
