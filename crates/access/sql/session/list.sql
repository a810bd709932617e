-- Where a user is signed in, the latest first.
SELECT
  s.id, s.created_at, s.last_used_at, s.expires_at, s.ip, s.user_agent, s.second_factor,
  coalesce(s.token_hash = $2::bytea, false) AS current
FROM recall_control.session AS s
JOIN recall_control.user_account AS u ON u.id = s.user_id
WHERE u.name = $1 AND s.expires_at > now() AND s.last_used_at > now() - make_interval(mins => s.idle_minutes)
  AND NOT s.awaits_second_factor
ORDER BY s.id DESC
