-- The gaps of a table.
SELECT g.id, g.reason, g.from_tx, g.from_at, g.until_tx, g.until_at
FROM recall.gap AS g
WHERE g.relation = $1 OR g.relation IS NULL
ORDER BY g.id
