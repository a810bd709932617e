-- How far a target was watched; at the first look, up to now.
WITH begun AS (
  INSERT INTO recall_control.watched (target, gap, bulk_at) VALUES ($1, $2, $3)
  ON CONFLICT (target) DO NOTHING
  RETURNING gap, bulk_at
)
SELECT b.gap, b.bulk_at FROM begun AS b
UNION ALL
SELECT w.gap, w.bulk_at FROM recall_control.watched AS w WHERE w.target = $1
LIMIT 1
