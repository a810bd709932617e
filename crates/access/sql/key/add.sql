INSERT INTO recall_control.security_key (user_id, name, domain, credential_id, transports, public_key, state)
VALUES ($1, $2, $3, $4, $5, $6, $7)
RETURNING id, name, domain, created_at, last_used_at
