-- The tables on which our triggers for a relation are, where we may lock them ourselves; otherwise the
-- journal's owner does.
SELECT n.nspname, c.relname
FROM pg_catalog.pg_trigger AS t
JOIN pg_catalog.pg_proc AS p ON p.oid = t.tgfoid
JOIN pg_catalog.pg_class AS c ON c.oid = t.tgrelid
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE p.pronamespace = 'recall'::regnamespace
  AND (
    p.proname = pg_catalog.format('capture_%s_insert', $1::integer)
    OR (p.proname = '_capture_new' AND t.tgname = pg_catalog.format('!recall_%s_insert', $1::integer))
  )
  AND t.tgparentid = 0
  AND pg_catalog.has_schema_privilege(n.oid, 'USAGE')
  AND pg_catalog.has_table_privilege(c.oid, 'UPDATE, DELETE, TRUNCATE')
ORDER BY c.oid
