-- Whose identity it is.
UPDATE recall_control.identity AS i SET last_used_at = now()
FROM recall_control.user_account AS u
WHERE i.issuer = $1 AND i.subject = $2 AND u.id = i.user_id
RETURNING
  u.id, u.name, u.disabled_at IS NOT NULL AS disabled,
  recall_control._has_second_factor(u) AS second_factor, u.allow_from::text[] AS allow_from,
  coalesce(
    (
      SELECT jsonb_agg(jsonb_build_object('role', m.role, 'target', m.target, 'tenant', m.tenant) ORDER BY m.role, m.target)
      FROM recall_control.membership AS m
      WHERE m.user_id = u.id
    ),
    '[]'
  ) AS memberships
