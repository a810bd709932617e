-- The gaps of a table, and what nobody has looked after yet.
SELECT g.id, g.reason, g.from_tx, g.from_at, g.until_tx, g.until_at
FROM recall.gap AS g
WHERE g.relation = $1 OR g.relation IS NULL
UNION ALL
SELECT NULL, u.reason, r.since_tx, r.since_at, NULL, NULL
FROM recall.unnoticed AS u
JOIN recall.relation AS r ON r.id = u.relation
WHERE u.relation = $1
ORDER BY 1 NULLS LAST
