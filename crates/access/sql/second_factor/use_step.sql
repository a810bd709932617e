-- A code counts once: its step must lie after the last one that was used.
UPDATE recall_control.user_account SET totp_last_step = $2 WHERE id = $1 AND totp_last_step < $2
