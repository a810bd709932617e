-- Steps of one batch as people and programs read them.
SELECT
  s.position, s.action::text AS action, s.changes,
  CASE WHEN s.expected IS NOT NULL THEN {image}(k.image) END AS expected,
  CASE WHEN s.target IS NOT NULL THEN {image}(p.image) END AS target
FROM pg_temp.recall_step AS s
CROSS JOIN LATERAL (SELECT s.expected::{table} AS image OFFSET 0) AS k
CROSS JOIN LATERAL (SELECT s.target::{table} AS image OFFSET 0) AS p
WHERE s.batch = $1 AND s.position > $2
ORDER BY s.position
LIMIT $3
