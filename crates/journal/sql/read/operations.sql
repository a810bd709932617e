-- Work done by hand, the latest first.
SELECT
  o.id, o.name, o.type, o.status, o.started_at, o.completed_at, o.message, o.details, o.tx,
  o.database_user, o.actor, o.tenant, o.reason, o.transactions, o.changes
FROM recall.operations AS o
ORDER BY o.id DESC
LIMIT $1
