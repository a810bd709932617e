-- The net effect of plain changes of one table, of which several may be of one row: what was there
-- before the first, and after the last.
INSERT INTO pg_temp.recall_step (
  plan, position, batch, relation, action, key, target_key, expected, target, changes
)
SELECT
  $1, $2 + pg_catalog.row_number() OVER (ORDER BY n.id DESC) - 1, $3, {relation}, {action},
  CASE WHEN n.new IS NOT NULL THEN n.key END, CASE WHEN n.first_old IS NOT NULL THEN n.key END,
  n.new, n.first_old, n.changes
FROM (
  SELECT
    c.id, c.key, recall._whole(c.old, c.new) AS new,
    pg_catalog.first_value(c.old) OVER whole AS first_old,
    pg_catalog.array_agg(c.id) OVER whole AS changes,
    pg_catalog.row_number() OVER (PARTITION BY c.key ORDER BY c.id DESC) AS from_last
  {chosen}
    AND c.relation = {relation}
  WINDOW whole AS (
    PARTITION BY c.key ORDER BY c.id ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
  )
) AS n
WHERE n.from_last = 1 AND {kind}
