-- How many changes of which tables are meant, and whether they are plain: of rows with a key that
-- stayed the same, in the very columns that their table has.
SELECT
  s.relation, s.changes, s.rows, s.first, s.shape,
  s.is_plain, s.inserts, s.deletes, s.updates
FROM (
  SELECT
    c.relation,
    pg_catalog.count(*) AS changes,
    pg_catalog.count(DISTINCT c.key) AS rows,
    pg_catalog.min(c.id) AS first,
    pg_catalog.min(c.shape) AS shape,
    pg_catalog.bool_and(c.key IS NOT NULL AND c.new_key IS NULL AND c.shape IS NOT NULL)
      AND pg_catalog.min(c.shape) = pg_catalog.max(c.shape) AS is_plain,
    pg_catalog.count(*) FILTER (WHERE c.op = 'I') AS inserts,
    pg_catalog.count(*) FILTER (WHERE c.op IN ('D', 'T')) AS deletes,
    pg_catalog.count(*) FILTER (WHERE c.op = 'U') AS updates
  {chosen}
  GROUP BY c.relation
) AS s
ORDER BY s.relation
