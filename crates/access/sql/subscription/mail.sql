SELECT u.mail FROM recall_control.user_account AS u WHERE u.id = $1
