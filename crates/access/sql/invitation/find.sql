SELECT i.user_id, u.name
FROM recall_control.invitation AS i
LEFT JOIN recall_control.user_account AS u ON u.id = i.user_id
WHERE i.token_hash = $1 AND i.used_at IS NULL AND i.expires_at > now()
