-- How many there were.
UPDATE recall.baseline SET rows = $2 WHERE id = $1
