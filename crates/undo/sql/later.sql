-- The changes under a key after a given change, oldest first.
SELECT c.id, c.tx, c.at, c.op::text AS op, t.actor
FROM recall.change AS c
LEFT JOIN recall.transaction AS t ON t.id = c.tx
WHERE c.relation = $1 AND (c.key = $2 OR c.new_key = $2) AND c.id > $3
ORDER BY c.id
LIMIT 20
