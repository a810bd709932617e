-- Keeps a plan; those that are long over, were never applied and never asked others for anything go.
WITH over AS (
  DELETE FROM recall_control.plan AS p
  WHERE p.status IN ('planned', 'previewed') AND p.expires_at < now() - interval '7 days'
    AND NOT EXISTS (SELECT FROM recall_control.approval AS a WHERE a.plan = p.id)
    AND NOT EXISTS (SELECT FROM recall_control.break_glass_review AS r WHERE r.plan = p.id)
)
INSERT INTO recall_control.plan (id, target, hash, request, rows, conflicts, created_by, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, now() + make_interval(mins => $8))
