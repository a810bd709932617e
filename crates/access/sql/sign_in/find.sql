-- What is needed to check who somebody says they are. Times are the server's, for all servers alike.
SELECT
  u.id, u.name, u.password_hash, u.disabled_at IS NOT NULL AS disabled,
  coalesce(u.locked_until > now(), false) AS locked,
  CASE WHEN u.totp_confirmed THEN u.totp_secret END AS totp_secret,
  u.allow_from::text[] AS allow_from,
  extract(epoch FROM clock_timestamp())::bigint AS epoch
FROM recall_control.user_account AS u
WHERE u.name = $1
