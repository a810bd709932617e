-- The journal stays, but nothing is recorded from here on; nothing is paused any more either.
WITH unpaused AS (
  DELETE FROM recall.paused RETURNING relation
), closed AS (
  UPDATE recall.gap AS g
  SET until_tx = t.id,
      until_at = t.at
  FROM recall.transaction AS t
  WHERE t.id = $1 AND g.reason = 'paused' AND g.until_tx IS NULL AND g.relation IN (SELECT u.relation FROM unpaused AS u)
)
INSERT INTO recall.gap (relation, reason, from_tx, from_at)
SELECT r.id, 'untracked', t.id, t.at
FROM recall.relation AS r
CROSS JOIN recall.transaction AS t
WHERE r.tracked AND t.id = $1
