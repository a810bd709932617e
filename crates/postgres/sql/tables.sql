-- Every table of the database that is not PostgreSQL's own, temporary, or ours: the journal's, or the
-- server's.
-- Works from PostgreSQL 13.
SELECT
  c.oid,
  n.nspname,
  c.relname,
  c.relkind = 'p' AS partitioned,
  c.relispartition AS partition,
  {key_columns} AS key_columns,
  pg_catalog.pg_get_userbyid(c.relowner)::text AS owner,
  pg_catalog.pg_has_role(c.relowner, 'USAGE') AS owned
FROM pg_catalog.pg_class AS c
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p')
  AND c.relpersistence <> 't'
  AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'recall', 'recall_control')
  AND n.nspname !~ '^pg_toast'
ORDER BY n.nspname, c.relname
