-- The gaps of a table, and what nobody has looked after yet. Failures come one a transaction: those of
-- a day are one stretch here.
SELECT g.id, g.reason, g.detail, g.from_tx, g.from_at, g.until_tx, g.until_at
FROM recall.gap AS g
WHERE (g.relation = $1 OR g.relation IS NULL) AND g.reason <> 'failed'
UNION ALL
SELECT min(g.id), g.reason, g.detail, min(g.from_tx), min(g.from_at), max(g.until_tx), max(g.until_at)
FROM recall.gap AS g
WHERE g.relation = $1 AND g.reason = 'failed'
GROUP BY g.reason, g.detail, pg_catalog.date_trunc('day', g.from_at)
UNION ALL
SELECT NULL, u.reason, NULL, r.since_tx, r.since_at, NULL, NULL
FROM recall.unnoticed AS u
JOIN recall.relation AS r ON r.id = u.relation
WHERE u.relation = $1
ORDER BY 1 NULLS LAST
