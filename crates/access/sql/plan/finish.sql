-- What became of a plan that was being applied: it is applied, or nothing was done.
UPDATE recall_control.plan
SET
  status = CASE WHEN $2::boolean THEN 'applied' ELSE 'failed' END,
  applied_at = CASE WHEN $2::boolean THEN now() END,
  applied_tx = $3,
  version = version + 1
WHERE id = $1 AND status = 'applying'
