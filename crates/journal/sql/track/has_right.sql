-- What recording needs: the journal's owner must be able to read the table, and to name its schema.
SELECT pg_catalog.has_table_privilege(n.nspowner, $1::oid, 'SELECT')
  AND pg_catalog.has_schema_privilege(
    n.nspowner, (SELECT c.relnamespace FROM pg_catalog.pg_class AS c WHERE c.oid = $1), 'USAGE'
  )
FROM pg_catalog.pg_namespace AS n
WHERE n.nspname = 'recall'
