-- The last transaction that had made its first change by a time.
SELECT t.id
FROM recall.transaction AS t
WHERE t.at <= $1
ORDER BY t.at DESC, t.id DESC
LIMIT 1
