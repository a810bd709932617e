-- From now on none is asked for. The last step stays: a code counts once, also after a new beginning.
WITH forgotten AS (
  DELETE FROM recall_control.recovery_code WHERE user_id = $1
),
removed AS (
  DELETE FROM recall_control.security_key WHERE user_id = $1
)
UPDATE recall_control.user_account AS u
SET totp_secret = NULL, totp_confirmed = false, version = u.version + 1
WHERE u.id = $1 AND (u.totp_secret IS NOT NULL OR recall_control._has_second_factor(u))
