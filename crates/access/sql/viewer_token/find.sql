-- What a viewer token opens, with who minted it and what they may today: it is good no longer than
-- the token that minted it.
SELECT
  v.id AS viewer_token, v.target AS viewer_target, v.tenant, v.tables, v.record_key, v.rights, v.subject, v.expires_at,
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
FROM recall_control.viewer_token AS v
JOIN recall_control.token AS t ON t.id = v.minted_by
JOIN recall_control.user_account AS u ON u.id = t.user_id
WHERE v.token_hash = $1 AND v.expires_at > now()
  AND t.revoked_at IS NULL AND t.expires_at > now() AND u.disabled_at IS NULL
