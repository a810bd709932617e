-- What is needed to check a code of somebody who is signed in.
SELECT
  u.totp_secret, extract(epoch FROM clock_timestamp())::bigint AS epoch,
  coalesce(u.locked_until > now(), false) AS locked
FROM recall_control.user_account AS u
WHERE u.id = $1 AND u.totp_confirmed AND u.disabled_at IS NULL
