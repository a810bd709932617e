-- Comes back once, and only in the same browser.
DELETE FROM recall_control.openid_attempt
WHERE state_hash = $1 AND browser_hash = $2 AND expires_at > now()
RETURNING nonce, verifier, return_to, user_id
