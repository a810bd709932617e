UPDATE recall_control.plan
SET status = 'previewed', previewed_at = now(), effects = $3, version = version + 1
WHERE id = $1 AND hash = $2 AND status IN ('planned', 'previewed', 'failed') AND expires_at > now()
