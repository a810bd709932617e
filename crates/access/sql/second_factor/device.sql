SELECT EXISTS (
  SELECT FROM recall_control.user_account AS u WHERE u.id = $1 AND u.totp_confirmed
) AS device
