-- Whether a plan with this hash was carried out since a time.
SELECT u.tx
FROM recall.undo AS u
JOIN recall.transaction AS t ON t.id = u.tx
WHERE u.plan_hash = $1 AND t.at >= $2
ORDER BY u.tx DESC
LIMIT 1
