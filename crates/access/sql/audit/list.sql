-- The newest first, from a place on.
SELECT a.id, a.at, a.actor, a.via, a.action, a.outcome, a.target, a.subject, a.details, a.ip, a.request
FROM recall_control.audit AS a
WHERE ($1::bigint IS NULL OR a.id < $1)
  AND ($2::text IS NULL OR a.actor = $2)
  AND ($3::text IS NULL OR a.action = $3)
ORDER BY a.id DESC
LIMIT $4
