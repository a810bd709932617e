INSERT INTO recall_control.approval (target, plan, hash, reason, requested_by, approvers, second_factor, rules, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, now() + make_interval(hours => $9))
RETURNING id, expires_at
