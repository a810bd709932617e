-- The events of the application, with who and why.
CREATE OR REPLACE VIEW recall.events WITH (security_barrier) AS
SELECT
  e.id,
  e.tx,
  e.at,
  e.action,
  coalesce(r.qualified_name, e.table_name) AS table_name,
  e.key,
  e.details,
  t.actor,
  t.actor_email,
  t.tenant,
  t.session,
  t.request,
  t.reason,
  t.database_user,
  t.database_role,
  t.application,
  t.ip,
  t.user_agent,
  t.extra
FROM recall.event AS e
LEFT JOIN recall.tracked AS r ON r.id = e.relation
LEFT JOIN recall.transaction AS t ON t.id = e.tx
WHERE (SELECT recall._reads_everything()) OR e.tx IN (SELECT o.id FROM recall._own_transactions AS o);

COMMENT ON VIEW recall.events IS 'What recall.log_action() has logged, with who and why.';
COMMENT ON COLUMN recall.events.table_name IS 'The table it is about: as it is called today if it is or was tracked.';
