-- The tables that hold the rows of the given table: itself, or the leaves of its partition tree.
-- Works from PostgreSQL 13.
SELECT c.oid, n.nspname, c.relname
FROM (
  SELECT $1::oid AS oid
  UNION
  SELECT t.relid FROM pg_catalog.pg_partition_tree($1::oid::regclass) AS t
) AS tree
JOIN pg_catalog.pg_class AS c ON c.oid = tree.oid AND c.relkind = 'r'
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
ORDER BY n.nspname, c.relname
