-- The locks of this transaction on tables of the user's, beyond those of reading.
SELECT n.nspname AS schema_name, c.relname AS table_name, l.mode
FROM pg_catalog.pg_locks AS l
JOIN pg_catalog.pg_class AS c ON c.oid = l.relation AND c.relkind IN ('r', 'p')
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE l.pid = pg_catalog.pg_backend_pid()
  AND l.locktype = 'relation'
  AND l.mode NOT IN ('AccessShareLock', 'RowShareLock')
  AND n.nspname NOT IN ('recall', 'pg_catalog')
  AND n.nspname !~ '^pg_(toast|temp)'
ORDER BY n.nspname, c.relname, l.mode
