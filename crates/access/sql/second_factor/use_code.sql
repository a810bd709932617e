UPDATE recall_control.recovery_code SET used_at = now()
WHERE user_id = $1 AND code_hash = $2 AND used_at IS NULL
