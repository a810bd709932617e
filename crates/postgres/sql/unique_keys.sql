-- The sets of columns that are unique in the given tables. Partial and expression indexes are left
-- out: whether two rows collide in them cannot be told from their values. Works from PostgreSQL 13.
SELECT
  n.nspname,
  c.relname,
  (
    SELECT array_agg(a.attname::text ORDER BY u.position)
    FROM unnest(i.indkey[0:i.indnkeyatts - 1]) WITH ORDINALITY AS u (attnum, position)
    JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = u.attnum
  ) AS columns
FROM pg_catalog.pg_index AS i
JOIN pg_catalog.pg_class AS c ON c.oid = i.indrelid
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE i.indrelid = ANY ($1) AND i.indisunique AND i.indpred IS NULL AND i.indexprs IS NULL
ORDER BY i.indexrelid
