SELECT u.id, u.version FROM recall_control.user_account AS u WHERE u.name = $1
