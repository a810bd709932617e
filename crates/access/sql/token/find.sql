-- Who is behind a token, with all that the user may and what the token is for.
UPDATE recall_control.token AS t SET last_used_at = now()
FROM recall_control.user_account AS u
WHERE t.token_hash = $1 AND t.revoked_at IS NULL AND t.expires_at > now()
  AND u.id = t.user_id AND u.disabled_at IS NULL
RETURNING
  u.id, u.name, t.id AS token, t.scopes, t.target,
  u.allow_from::text[] AS allow_from, t.allow_from::text[] AS token_allow_from,
  coalesce(
    (
      SELECT jsonb_agg(jsonb_build_object('role', m.role, 'target', m.target, 'tenant', m.tenant) ORDER BY m.role, m.target)
      FROM recall_control.membership AS m
      WHERE m.user_id = u.id
    ),
    '[]'
  ) AS memberships
