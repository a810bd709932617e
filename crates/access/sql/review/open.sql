INSERT INTO recall_control.break_glass_review (target, plan, used_by, reason, rules, due_at)
VALUES ($1, $2, $3, $4, $5, now() + make_interval(days => $6))
RETURNING id
