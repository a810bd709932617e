-- Our triggers were found missing or disabled. Nobody knows since when, so the gap reaches back to
-- where the tracking began.
INSERT INTO recall.gap (relation, reason, from_tx, from_at, until_tx, until_at)
SELECT r.id, 'bypassed', r.since_tx, r.since_at, $2, $3
FROM recall.relation AS r
WHERE r.id = $1
