-- A key of this user, and of nobody else.
SELECT k.id, k.credential_id, k.public_key, k.state
FROM recall_control.security_key AS k
WHERE k.user_id = $1 AND k.credential_id = $2 AND k.domain = $3
