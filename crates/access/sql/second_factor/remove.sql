-- From now on none is asked for. The last step stays: a code counts once, also after a new beginning.
WITH forgotten AS (
  DELETE FROM recall_control.recovery_code WHERE user_id = $1
)
UPDATE recall_control.user_account
SET totp_secret = NULL, totp_confirmed = false, version = version + 1
WHERE id = $1 AND totp_secret IS NOT NULL
