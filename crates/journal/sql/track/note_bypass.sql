-- Our triggers were found missing or disabled, or something else that nobody had recorded. Nobody
-- knows since when, so the gap reaches back to where the tracking began; one that is there already is
-- prolonged. A gap that an event trigger opened at the very moment, and that ends here, is all there is.
WITH prolonged AS (
  UPDATE recall.gap
  SET until_tx = $2,
      until_at = $3
  WHERE relation = $1 AND reason = $4
    AND from_tx <= (SELECT r.since_tx FROM recall.relation AS r WHERE r.id = $1)
  RETURNING id
)
INSERT INTO recall.gap (relation, reason, from_tx, from_at, until_tx, until_at)
SELECT r.id, $4::text, r.since_tx, r.since_at, $2, $3
FROM recall.relation AS r
WHERE r.id = $1
  AND NOT EXISTS (SELECT FROM prolonged)
  AND NOT EXISTS (
    SELECT
    FROM recall.gap AS g
    WHERE g.relation = $1 AND g.reason = $4 AND g.from_tx > r.since_tx AND coalesce(g.until_tx, $2) = $2
  )
