-- A plan lives as long as its approval.
UPDATE recall_control.plan SET expires_at = greatest(expires_at, $2), version = version + 1 WHERE id = $1
