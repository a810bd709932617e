-- What is needed to check what is shown of a second factor. Who shows several at once shows them one
-- after the other.
SELECT
  recall_control._has_second_factor(u) AS has_second_factor, u.totp_confirmed,
  CASE WHEN u.totp_confirmed THEN u.totp_secret END AS totp_secret,
  uuid_send(u.key_handle) AS key_handle,
  coalesce(u.locked_until > now(), false) AS locked,
  extract(epoch FROM clock_timestamp())::bigint AS epoch
FROM recall_control.user_account AS u
WHERE u.id = $1 AND u.disabled_at IS NULL
FOR UPDATE
