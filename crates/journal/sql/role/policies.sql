-- The tables of the journal with the policies that they have already.
SELECT
  c.relname::text AS table,
  coalesce(array_agg(p.polname::text) FILTER (WHERE p.polname IS NOT NULL), '{}') AS policies
FROM pg_catalog.pg_class AS c
LEFT JOIN pg_catalog.pg_policy AS p ON p.polrelid = c.oid
WHERE c.relnamespace = 'recall'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
GROUP BY c.relname
