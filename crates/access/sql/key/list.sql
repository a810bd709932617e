SELECT k.id, k.name, k.domain, k.created_at, k.last_used_at
FROM recall_control.security_key AS k
WHERE k.user_id = $1
ORDER BY k.id
