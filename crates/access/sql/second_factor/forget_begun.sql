-- A secret that nobody confirmed was given to who had shown no second factor: it does not become one
-- beside those that there are now.
UPDATE recall_control.user_account SET totp_secret = NULL WHERE id = $1 AND NOT totp_confirmed
