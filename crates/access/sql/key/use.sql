UPDATE recall_control.security_key SET state = $2, last_used_at = now() WHERE id = $1
