-- The tables that inherit from a table in the old way, at any depth. Their rows are seen through
-- it, and are recorded under their own names.
WITH RECURSIVE child (oid) AS (
  SELECT i.inhrelid
  FROM pg_catalog.pg_inherits AS i
  JOIN pg_catalog.pg_class AS c ON c.oid = i.inhrelid AND NOT c.relispartition
  WHERE i.inhparent = $1
  UNION
  SELECT i.inhrelid
  FROM child
  JOIN pg_catalog.pg_inherits AS i ON i.inhparent = child.oid
)
SELECT c.oid, n.nspname, c.relname
FROM child
JOIN pg_catalog.pg_class AS c ON c.oid = child.oid
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
ORDER BY n.nspname, c.relname
