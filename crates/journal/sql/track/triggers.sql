-- Our triggers on the given table and its partitions.
SELECT n.nspname, c.relname, t.tgname, t.tgenabled::text AS mode
FROM pg_catalog.pg_trigger AS t
JOIN pg_catalog.pg_class AS c ON c.oid = t.tgrelid
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE t.tgname LIKE '!recall\_%'
  AND t.tgparentid = 0
  AND ($1::oid[] IS NULL OR t.tgrelid = ANY ($1))
ORDER BY n.nspname, c.relname, t.tgname
