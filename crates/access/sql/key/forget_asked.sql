-- What was asked is not asked any more: it was answered wrongly, or the user has other factors now.
DELETE FROM recall_control.key_challenge AS c
USING recall_control.session AS s
WHERE c.session_id = s.id AND s.user_id = $1
