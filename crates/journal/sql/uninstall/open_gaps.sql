-- The journal stays, but nothing is recorded from here on.
INSERT INTO recall.gap (relation, reason, from_tx, from_at)
SELECT r.id, 'untracked', t.id, t.at
FROM recall.relation AS r
CROSS JOIN recall.transaction AS t
WHERE r.tracked AND t.id = $1
