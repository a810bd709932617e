-- The partitions that the table has now: what comes or goes without a row being inserted or deleted
-- is noticed by them.
UPDATE recall.relation SET leaves = $2 WHERE id = $1
