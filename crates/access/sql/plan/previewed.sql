UPDATE recall_control.plan SET status = 'previewed', previewed_at = now()
WHERE id = $1 AND hash = $2 AND status IN ('planned', 'previewed', 'failed') AND expires_at > now()
