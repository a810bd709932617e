-- Triggers of one table by their names, as `user_triggers.sql` gives them. Works from PostgreSQL 13.
SELECT
  c.oid, n.nspname, c.relname, t.tgname, t.tgenabled::text AS mode,
  -- The bits of `src/include/catalog/pg_trigger.h`.
  t.tgtype & 4 <> 0 AS on_insert, t.tgtype & 8 <> 0 AS on_delete, t.tgtype & 16 <> 0 AS on_update,
  '{}'::text[] AS columns, pg_catalog.pg_get_userbyid(c.relowner)::text AS owner,
  pg_catalog.pg_has_role(c.relowner, 'USAGE') AS owned
FROM pg_catalog.pg_trigger AS t
JOIN pg_catalog.pg_class AS c ON c.oid = t.tgrelid
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE t.tgrelid = $1 AND t.tgname = ANY ($2)
ORDER BY t.tgname
