-- What happened to a table that the journal could not record.
SELECT u.reason FROM recall.unnoticed AS u WHERE u.relation = $1 ORDER BY u.reason LIMIT 1
