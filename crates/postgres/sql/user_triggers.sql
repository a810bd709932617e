-- The enabled triggers of the given tables that users made, on each table that holds rows, with
-- their firing mode, what they fire for, and whose the table is. Ours begin with `!recall_`. Works
-- from PostgreSQL 13.
SELECT
  c.oid, n.nspname, c.relname, t.tgname, t.tgenabled::text AS mode,
  -- The bits of `src/include/catalog/pg_trigger.h`.
  t.tgtype & 4 <> 0 AS on_insert, t.tgtype & 8 <> 0 AS on_delete, t.tgtype & 16 <> 0 AS on_update,
  ARRAY(
    SELECT a.attname::text
    FROM pg_catalog.pg_attribute AS a
    WHERE a.attrelid = t.tgrelid AND a.attnum = ANY (t.tgattr::int2[])
    ORDER BY a.attnum
  ) AS columns,
  pg_catalog.pg_get_userbyid(c.relowner)::text AS owner,
  pg_catalog.pg_has_role(c.relowner, 'USAGE') AS owned
FROM pg_catalog.pg_trigger AS t
JOIN pg_catalog.pg_class AS c ON c.oid = t.tgrelid
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE t.tgrelid = ANY ($1)
  AND NOT t.tgisinternal
  AND t.tgenabled <> 'D'
  AND t.tgname NOT LIKE '!recall\_%'
ORDER BY n.nspname, c.relname, t.tgname
