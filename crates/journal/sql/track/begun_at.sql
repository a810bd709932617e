-- A statement of its own: the one that wrote the row does not see it.
SELECT t.at FROM recall.transaction AS t WHERE t.id = $1
