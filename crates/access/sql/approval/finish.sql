-- What became of it when its plan was applied.
UPDATE recall_control.approval SET status = $2, settled_at = now(), version = version + 1
WHERE plan = $1 AND status = 'applying'
