-- Plans of a target, newest first, each with its latest approval: one by its name, or those of a user,
-- from a place on.
SELECT
  p.id, p.target, p.hash, p.request, p.rows, p.conflicts, p.effects, p.reason, p.status, p.created_by, p.created_at,
  p.expires_at, p.expires_at <= now() AS expired, p.previewed_at, p.claimed_by, p.claimed_at, p.apply_key, p.applied_at,
  p.applied_tx, p.version, a.id AS approval, a.status AS approval_status
FROM recall_control.plan AS p
LEFT JOIN LATERAL (
  SELECT latest.id, latest.status
  FROM recall_control.approval AS latest
  WHERE latest.plan = p.id
  ORDER BY latest.id DESC
  LIMIT 1
) AS a ON true
WHERE p.target = $1
  AND ($2::text IS NULL OR p.id = $2)
  AND ($3::text IS NULL OR p.created_by = $3)
  AND ($4::text IS NULL OR (p.created_at, p.id) < (SELECT c.created_at, c.id FROM recall_control.plan AS c WHERE c.id = $4))
ORDER BY p.created_at DESC, p.id DESC
LIMIT $5
