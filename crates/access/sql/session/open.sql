-- Signs the user in. What was counted against it is forgotten, and so are sessions that are over. A
-- place from which the user has not signed in before is written into the log, unless it is the first
-- one; of two sign-ins at once from the same place, one is the news.
WITH known AS (
  UPDATE recall_control.user_account SET failures = 0, locked_until = NULL, last_sign_in_at = now()
  WHERE id = $2 AND disabled_at IS NULL
  RETURNING id, name
),
over AS (
  DELETE FROM recall_control.session WHERE expires_at <= now()
),
place AS (
  SELECT k.id, sha256(convert_to(concat($4::text, E'\n', $5::text), 'UTF8')) AS place_hash FROM known AS k
),
left_behind AS (
  DELETE FROM recall_control.known_place AS p
  USING place AS here
  WHERE p.user_id = here.id AND p.place_hash <> here.place_hash AND p.last_at < now() - interval '180 days'
),
remembered AS (
  INSERT INTO recall_control.known_place (user_id, place_hash)
  SELECT p.id, p.place_hash FROM place AS p
  ON CONFLICT (user_id, place_hash) DO UPDATE SET last_at = now()
  RETURNING user_id, xmax = 0 AS is_new
),
news AS (
  INSERT INTO recall_control.audit (actor, via, action, outcome, subject, details, ip)
  SELECT
    k.name, 'session', 'session.new_place', 'done', k.name,
    jsonb_strip_nulls(jsonb_build_object('user_agent', left($5, 200))), $4
  FROM remembered AS r
  JOIN known AS k ON k.id = r.user_id
  WHERE r.is_new AND EXISTS (SELECT FROM recall_control.known_place AS p WHERE p.user_id = k.id)
)
INSERT INTO recall_control.session (token_hash, user_id, expires_at, ip, user_agent, second_factor)
SELECT $1, k.id, now() + make_interval(hours => $3), $4, $5, $6 FROM known AS k
RETURNING expires_at
