-- Sets another password, if it is still the one that was checked; links to set one are not good any
-- more.
WITH withdrawn AS (
  DELETE FROM recall_control.invitation WHERE user_id = $1 AND used_at IS NULL
)
UPDATE recall_control.user_account SET password_hash = $3, failures = 0
WHERE id = $1 AND password_hash = $2 AND disabled_at IS NULL
