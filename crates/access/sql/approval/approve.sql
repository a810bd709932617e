-- All have approved. From now on it can be applied, for a while.
UPDATE recall_control.approval
SET status = 'approved', approved_at = now(), expires_at = now() + make_interval(mins => $2), version = version + 1
WHERE id = $1 AND status = 'requested' AND expires_at > now()
RETURNING expires_at
