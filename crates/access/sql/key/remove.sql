DELETE FROM recall_control.security_key WHERE id = $2 AND user_id = $1 RETURNING name
