-- Reviews of a target, newest first: one by its number, or the open or the closed ones, from a place on.
SELECT
  r.id, r.plan, r.used_by, r.used_at, r.reason, r.rules, r.due_at, r.closed_at IS NULL AND r.due_at < now() AS overdue,
  r.closed_by, r.closed_at, r.comment, p.rows, p.status AS plan_status, p.applied_tx
FROM recall_control.break_glass_review AS r
JOIN recall_control.plan AS p ON p.id = r.plan
WHERE r.target = $1
  AND ($2::bigint IS NULL OR r.id = $2)
  AND ($3::boolean IS NULL OR (r.closed_at IS NULL) = $3)
  AND ($4::bigint IS NULL OR r.id < $4)
ORDER BY r.id DESC
LIMIT $5
