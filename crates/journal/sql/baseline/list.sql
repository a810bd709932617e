-- The baselines of a table, the latest first.
SELECT b.id, b.tx, b.at, b.upper, b.open, b.shape, b.rows
FROM recall.baseline AS b
WHERE b.relation = $1
ORDER BY b.id DESC
