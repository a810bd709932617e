-- What guards refused, the latest first.
SELECT r.id, r.at, r.guard, r.op, r.table_name, r.database_user, r.detail
FROM recall.refusals AS r
ORDER BY r.id DESC
LIMIT $1
