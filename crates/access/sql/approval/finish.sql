-- What became of it when its plan was applied. It goes on to hold where that may be tried again.
UPDATE recall_control.approval
SET status = $2, settled_at = CASE WHEN $2 <> 'approved' THEN now() END, version = version + 1
WHERE plan = $1 AND status = 'applying'
