-- Every change with its context, for those who read everything; empty for everybody else. The
-- condition is asked once, before the first row. A security barrier, so that no function in a
-- reader's query is called with rows that the reader may not see.
CREATE OR REPLACE VIEW recall._all_changes WITH (security_barrier) AS
SELECT
  c.id, c.at, c.tx, c.relation, c.op, c.key, c.new_key, c.shape, c.old, recall._whole(c.old, c.new) AS new,
  t.actor, t.actor_email, t.tenant, t.session, t.request, t.reason,
  coalesce(c.database_user COLLATE "default", t.database_user) AS database_user,
  CASE WHEN c.database_user IS NULL THEN t.database_role ELSE c.database_role COLLATE "default" END AS database_role,
  coalesce(t.application, nullif(c.application COLLATE "default", '')) AS application,
  coalesce(t.ip, host(c.ip)) AS ip,
  t.user_agent, t.extra, t.operation
FROM recall.change AS c
LEFT JOIN recall.transaction AS t ON t.id = c.tx
WHERE recall._reads_everything();

COMMENT ON VIEW recall._all_changes IS 'Internal: every change, for those who read everything.';
