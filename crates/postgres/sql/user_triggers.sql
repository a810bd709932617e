-- The enabled triggers of the given tables that users made, on each table that holds rows, with
-- their firing mode. Ours begin with `!recall_`. Works from PostgreSQL 13.
SELECT n.nspname, c.relname, t.tgname, t.tgenabled::text AS mode
FROM pg_catalog.pg_trigger AS t
JOIN pg_catalog.pg_class AS c ON c.oid = t.tgrelid
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE t.tgrelid = ANY ($1)
  AND NOT t.tgisinternal
  AND t.tgenabled <> 'D'
  AND t.tgname NOT LIKE '!recall\_%'
ORDER BY n.nspname, c.relname, t.tgname
