-- Sets the password, if the link is still good when it comes to it.
WITH used AS (
  UPDATE recall_control.invitation SET used_at = now()
  WHERE token_hash = $1 AND used_at IS NULL AND expires_at > now() AND user_id IS NOT NULL
  RETURNING user_id
)
UPDATE recall_control.user_account AS u
SET password_hash = $2, failures = 0, locked_until = NULL
FROM used
WHERE u.id = used.user_id AND u.disabled_at IS NULL
RETURNING u.name
