-- Whether somebody used it before and nobody has looked at that in time.
SELECT EXISTS (
  SELECT FROM recall_control.break_glass_review AS r
  WHERE r.used_by = $1 AND r.closed_at IS NULL AND r.due_at < now()
) AS overdue
