INSERT INTO recall_control.token (token_hash, user_id, name, scopes, target, expires_at, allow_from)
SELECT $1, u.id, $3, $4, $5, now() + make_interval(days => $6), $7::text[]::cidr[]
FROM recall_control.user_account AS u
WHERE u.name = $2 AND u.disabled_at IS NULL
RETURNING id, expires_at
