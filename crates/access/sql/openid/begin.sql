-- Somebody is sent to the provider, and has ten minutes to come back. Who did not is forgotten.
WITH over AS (
  DELETE FROM recall_control.openid_attempt WHERE expires_at <= now()
)
INSERT INTO recall_control.openid_attempt
  (state_hash, browser_hash, nonce, verifier, return_to, user_id, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, now() + interval '10 minutes')
