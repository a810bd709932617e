-- The changes that are meant.
FROM recall.change AS c
LEFT JOIN recall.transaction AS t ON t.id = c.tx
WHERE {conditions}
