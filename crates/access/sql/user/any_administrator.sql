-- Whether somebody can let others in.
SELECT EXISTS (
  SELECT
  FROM recall_control.user_account AS u
  JOIN recall_control.membership AS m ON m.user_id = u.id
  WHERE m.role = 'administrator' AND m.target = '*' AND u.disabled_at IS NULL
) AS present
