-- Who is behind a session, with all that it may. A page that only stays open does not use it.
UPDATE recall_control.session AS s
SET last_used_at = CASE WHEN $2::boolean THEN now() ELSE s.last_used_at END
FROM recall_control.user_account AS u
WHERE s.token_hash = $1 AND s.expires_at > now() AND s.last_used_at > now() - make_interval(mins => s.idle_minutes)
  AND NOT s.awaits_second_factor AND u.id = s.user_id AND u.disabled_at IS NULL
RETURNING
  u.id, u.name, s.second_factor, u.allow_from::text[] AS allow_from,
  coalesce(
    (
      SELECT jsonb_agg(jsonb_build_object('role', m.role, 'target', m.target, 'tenant', m.tenant) ORDER BY m.role, m.target)
      FROM recall_control.membership AS m
      WHERE m.user_id = u.id
    ),
    '[]'
  ) AS memberships
