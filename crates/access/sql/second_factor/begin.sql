-- A new secret, which counts when a code of it was shown. One that counts stays until then.
UPDATE recall_control.user_account SET totp_secret = $2 WHERE id = $1 AND NOT totp_confirmed
