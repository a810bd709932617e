-- The same session by another secret: who knew the one from before a second factor was shown is out.
UPDATE recall_control.session SET token_hash = $2, second_factor = true, last_used_at = now()
WHERE token_hash = $1 AND expires_at > now() AND NOT awaits_second_factor
RETURNING expires_at
