-- What is needed to check a code that is shown in the midst of a session. Who shows several at once
-- shows them one after the other.
SELECT
  CASE WHEN u.totp_confirmed THEN u.totp_secret END AS totp_secret,
  coalesce(u.locked_until > now(), false) AS locked,
  extract(epoch FROM clock_timestamp())::bigint AS epoch
FROM recall_control.user_account AS u
WHERE u.id = $1 AND u.disabled_at IS NULL
FOR UPDATE
