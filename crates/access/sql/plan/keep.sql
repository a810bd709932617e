-- Keeps a plan; those that are long over and were never applied go.
WITH over AS (
  DELETE FROM recall_control.plan WHERE status IN ('planned', 'previewed') AND expires_at < now() - interval '7 days'
)
INSERT INTO recall_control.plan (id, target, hash, request, rows, conflicts, created_by, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, now() + make_interval(mins => $8))
RETURNING created_at, expires_at
