-- What was asked, once, and only in the session in which it was asked.
DELETE FROM recall_control.key_challenge AS c
USING recall_control.session AS s
WHERE c.session_id = s.id AND s.token_hash = $1 AND s.user_id = $2 AND s.expires_at > now()
  AND c.purpose = $3 AND c.expires_at > now()
RETURNING c.state, c.domain, c.origin
