-- What recording a TRUNCATE needs: the journal's owner must be able to read the table.
SELECT pg_catalog.has_table_privilege(n.nspowner, $1::oid, 'SELECT')
FROM pg_catalog.pg_namespace AS n
WHERE n.nspname = 'recall'
