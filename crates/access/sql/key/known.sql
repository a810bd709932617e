-- The keys of a user that are good for a domain, for browsers to find them.
SELECT k.credential_id, k.transports
FROM recall_control.security_key AS k
WHERE k.user_id = $1 AND k.domain = $2
ORDER BY k.id
