UPDATE recall_control.break_glass_review SET closed_by = $2, closed_at = now(), comment = $3
WHERE id = $1 AND closed_at IS NULL
