-- Events of the application with their context. A filter that is null lets everything pass.
SELECT
  e.id, e.tx, e.at, e.action, e.table_name, e.key, e.details,
  e.actor, e.actor_email, e.tenant, e.session, e.request, e.reason,
  e.application, e.ip, e.user_agent, e.database_user, e.database_role, e.extra
FROM recall.events AS e
WHERE ($1::text IS NULL OR e.action = $1)
  AND ($2::text IS NULL OR e.actor = $2)
  AND ($3::bigint IS NULL OR e.tx = $3)
  AND ($4::timestamptz IS NULL OR e.at >= $4)
  AND ($5::bigint IS NULL OR e.tx > $5)
ORDER BY e.id DESC
LIMIT $6
