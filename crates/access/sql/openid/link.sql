-- From now on the user is known by this identity, too.
INSERT INTO recall_control.identity (issuer, subject, user_id)
SELECT $1, $2, u.id FROM recall_control.user_account AS u WHERE u.id = $3 AND u.disabled_at IS NULL
RETURNING (SELECT u.name FROM recall_control.user_account AS u WHERE u.id = user_id) AS name
