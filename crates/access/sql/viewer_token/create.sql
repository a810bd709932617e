INSERT INTO recall_control.viewer_token (token_hash, minted_by, target, tenant, tables, record_key, rights, subject, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, now() + make_interval(mins => $9))
RETURNING id, expires_at
