-- Signs the user in. What was counted against it is forgotten, and so are sessions that are over.
WITH known AS (
  UPDATE recall_control.user_account SET failures = 0, locked_until = NULL, last_sign_in_at = now()
  WHERE id = $2 AND disabled_at IS NULL
  RETURNING id, name
),
over AS (
  DELETE FROM recall_control.session
  WHERE expires_at <= now() OR last_used_at <= now() - make_interval(mins => idle_minutes)
)
INSERT INTO recall_control.session (token_hash, user_id, expires_at, idle_minutes, ip, user_agent, second_factor)
SELECT $1, k.id, now() + make_interval(hours => $3), $4, $5, $6, $7 FROM known AS k
RETURNING expires_at
