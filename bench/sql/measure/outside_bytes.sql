-- The size of everything but the user's own tables, indexes and overflow included. $1: the names
-- of the user's tables in `public`.
SELECT coalesce(sum(pg_total_relation_size(c.oid)), 0)::double precision
FROM pg_catalog.pg_class AS c
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'm')
  AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'source')
  AND n.nspname NOT LIKE 'pg\_toast%'
  AND NOT (n.nspname = 'public' AND c.relname = ANY ($1));
