-- Something new is asked of a key in a session that is open, or half the way in; what was asked there
-- before is not good any more.
INSERT INTO recall_control.key_challenge (session_id, purpose, state, domain, origin, expires_at)
SELECT s.id, $3, $4, $5, $6, now() + interval '5 minutes'
FROM recall_control.session AS s
WHERE s.token_hash = $1 AND s.user_id = $2 AND s.expires_at > now()
ON CONFLICT ON CONSTRAINT key_challenge_pkey DO UPDATE
SET state = excluded.state, domain = excluded.domain, origin = excluded.origin, expires_at = excluded.expires_at
