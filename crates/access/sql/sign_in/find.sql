-- What is needed to check who somebody says they are. Times are the server's, for all servers alike.
SELECT
  u.id, u.name, u.password_hash, u.disabled_at IS NOT NULL AS disabled,
  coalesce(u.locked_until > now(), false) AS locked,
  recall_control._has_second_factor(u) AS second_factor,
  u.allow_from::text[] AS allow_from
FROM recall_control.user_account AS u
WHERE u.name = $1
