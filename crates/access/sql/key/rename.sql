UPDATE recall_control.security_key SET name = $3
WHERE id = $2 AND user_id = $1
RETURNING id, name, domain, created_at, last_used_at
