-- Tries it again from the start, and tells the servers. Not what has arrived, nor what is on its way.
WITH found AS (
  SELECT d.id, d.status FROM recall_control.delivery AS d WHERE d.id = $1 FOR UPDATE
),
again AS (
  UPDATE recall_control.delivery AS d
  SET status = 'waiting', due_at = now(), finished_at = NULL, retried_from = d.attempts
  FROM found AS f
  WHERE d.id = f.id AND f.status IN ('waiting', 'dead')
  RETURNING pg_catalog.pg_notify('recall_control_notice', '')::text AS told
)
SELECT f.status, EXISTS (SELECT FROM again) AS again FROM found AS f
