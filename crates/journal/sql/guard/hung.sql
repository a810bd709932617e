-- The triggers of guards on the given tables, or on all, those that partitions inherited too.
SELECT n.nspname, c.relname, t.tgname, t.tgenabled::text AS mode, t.tgparentid <> 0 AS inherited
FROM pg_catalog.pg_trigger AS t
JOIN pg_catalog.pg_class AS c ON c.oid = t.tgrelid
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE t.tgname LIKE '!recall\_guard\_%'
  AND ($1::oid[] IS NULL OR t.tgrelid = ANY ($1))
ORDER BY n.nspname, c.relname, t.tgname
