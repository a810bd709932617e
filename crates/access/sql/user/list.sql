SELECT
  u.id, u.name, u.mail, u.version, u.created_at, u.disabled_at, u.last_sign_in_at,
  recall_control._has_second_factor(u) AS second_factor,
  u.password_hash IS NOT NULL AS has_password,
  EXISTS (SELECT FROM recall_control.identity AS i WHERE i.user_id = u.id) AS has_identity, u.allow_from::text[] AS allow_from,
  CASE WHEN u.locked_until > now() THEN u.locked_until END AS locked_until,
  coalesce(
    (
      SELECT jsonb_agg(jsonb_build_object('role', m.role, 'target', m.target, 'tenant', m.tenant) ORDER BY m.role, m.target)
      FROM recall_control.membership AS m
      WHERE m.user_id = u.id
    ),
    '[]'
  ) AS memberships
FROM recall_control.user_account AS u
WHERE ($1::text IS NULL OR u.name = $1)
  AND ($2::text IS NULL OR u.name > $2)
ORDER BY u.name
LIMIT $3
