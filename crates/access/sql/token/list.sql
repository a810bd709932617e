SELECT
  t.id, u.name AS user_name, t.name, t.scopes, t.target, t.created_at, t.expires_at, t.last_used_at, t.revoked_at,
  t.allow_from::text[] AS allow_from,
  t.revoked_at IS NULL AND t.expires_at > now() AND u.disabled_at IS NULL AS active
FROM recall_control.token AS t
JOIN recall_control.user_account AS u ON u.id = t.user_id
WHERE ($1::text IS NULL OR u.name = $1)
  AND ($2::bigint IS NULL OR t.id > $2)
ORDER BY t.id
LIMIT $3
