-- What became of a plan that was being applied: it is applied, or nothing was done.
UPDATE recall_control.plan
SET
  status = $2,
  applied_at = CASE WHEN $2 = 'applied' THEN now() END,
  applied_tx = $3,
  version = version + 1
WHERE id = $1 AND status = 'applying'
