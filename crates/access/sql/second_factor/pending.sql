SELECT u.totp_secret, extract(epoch FROM clock_timestamp())::bigint AS epoch
FROM recall_control.user_account AS u
WHERE u.id = $1 AND NOT u.totp_confirmed AND u.totp_secret IS NOT NULL
