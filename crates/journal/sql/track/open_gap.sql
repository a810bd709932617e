-- Recording ends: from here on changes are missed.
INSERT INTO recall.gap (relation, reason, from_tx, from_at)
SELECT r.id, 'untracked', $2, $3
FROM recall.relation AS r
WHERE r.id = $1 AND r.tracked
