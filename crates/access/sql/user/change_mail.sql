UPDATE recall_control.user_account SET mail = $2 WHERE name = $1 RETURNING id
