-- Our triggers that record the given tables, each with its firing mode and the relation that it records
-- for: after a restore that is what still ties a table to its history.
SELECT
  n.nspname,
  c.relname,
  t.tgname,
  t.tgenabled::text AS mode,
  substring(
    CASE p.proname WHEN '_capture_new' THEN t.tgname ELSE p.proname END FROM '^(?:!recall|capture)_([0-9]+)_'
  )::integer AS relation,
  p.proname = '_capture_new' AS provisional
FROM pg_catalog.pg_trigger AS t
JOIN pg_catalog.pg_class AS c ON c.oid = t.tgrelid
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_proc AS p ON p.oid = t.tgfoid
WHERE t.tgname LIKE '!recall\_%'
  -- Guards are counted by themselves.
  AND t.tgname NOT LIKE '!recall\_guard\_%'
  AND t.tgparentid = 0
  AND ($1::oid[] IS NULL OR t.tgrelid = ANY ($1))
ORDER BY n.nspname, c.relname, t.tgname
