-- From now on the second factor is asked for.
UPDATE recall_control.user_account SET totp_confirmed = true, totp_last_step = $3
WHERE id = $1 AND NOT totp_confirmed AND totp_secret = $2
