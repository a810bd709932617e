-- The device goes; keys stay. The last step stays, too: a code counts once, also after a new beginning.
UPDATE recall_control.user_account
SET totp_secret = NULL, totp_confirmed = false, version = version + 1
WHERE id = $1 AND totp_confirmed
