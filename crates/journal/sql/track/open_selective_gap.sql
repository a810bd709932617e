-- Only some changes are recorded from here on, as the user wants it.
INSERT INTO recall.gap (relation, reason, from_tx, from_at)
SELECT $1, 'selective', $2, $3
WHERE NOT EXISTS (
  SELECT FROM recall.gap AS g WHERE g.relation = $1 AND g.reason = 'selective' AND g.until_tx IS NULL
)
