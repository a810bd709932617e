-- It was not applied, and may be previewed anew.
UPDATE recall_control.plan SET status = 'failed' WHERE id = $1 AND status = 'applying'
