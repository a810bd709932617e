-- The changes of a viewer's tenant with their context; empty for those who read everything. It
-- begins with the transactions of the tenant, which an index finds.
CREATE OR REPLACE VIEW recall._own_changes WITH (security_barrier) AS
SELECT
  c.id, c.at, c.tx, c.relation, c.op, c.key, c.new_key, c.shape, c.old, recall._whole(c.old, c.new) AS new,
  t.actor, t.actor_email, t.tenant, t.session, t.request, t.reason,
  coalesce(c.database_user COLLATE "default", t.database_user) AS database_user,
  CASE WHEN c.database_user IS NULL THEN t.database_role ELSE c.database_role COLLATE "default" END AS database_role,
  coalesce(t.application, nullif(c.application COLLATE "default", '')) AS application,
  coalesce(t.ip, host(c.ip)) AS ip,
  t.user_agent, t.extra, t.operation
FROM recall._own_transactions AS t
JOIN recall.change AS c ON c.tx = t.id;

COMMENT ON VIEW recall._own_changes IS 'Internal: the changes that a viewer may see.';
