-- The names without a schema that mean a relation of today, or meant one that is gone: those of the schemas in
-- which the server looks for them.
SELECT DISTINCT n.name
FROM (
  SELECT c.relname::text AS name, s.nspname AS schema
  FROM pg_catalog.pg_class AS c
  JOIN pg_catalog.pg_namespace AS s ON s.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')
  UNION ALL
  SELECT f.table_name, f.schema_name
  FROM recall.form AS f
) AS n
WHERE n.schema = ANY (pg_catalog.current_schemas(false))
ORDER BY n.name
