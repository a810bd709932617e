-- Somebody has come half the way in, and gets ten minutes to show the second factor.
INSERT INTO recall_control.session
  (token_hash, user_id, expires_at, idle_minutes, ip, user_agent, awaits_second_factor)
SELECT $1, u.id, now() + interval '10 minutes', 10, $3, $4, true
FROM recall_control.user_account AS u
WHERE u.id = $2 AND u.disabled_at IS NULL
RETURNING expires_at
