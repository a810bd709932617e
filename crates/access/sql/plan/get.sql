SELECT
  p.id, p.target, p.hash, p.request, p.rows, p.conflicts, p.reason, p.status, p.created_by, p.created_at, p.expires_at,
  p.expires_at <= now() AS expired, p.previewed_at, p.claimed_by, p.claimed_at, p.apply_key, p.applied_at, p.applied_tx
FROM recall_control.plan AS p
WHERE p.target = $1 AND p.id = $2
