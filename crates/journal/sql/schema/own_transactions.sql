-- The transactions of a viewer's tenant, for views: they run with their owner's rights, so that
-- row-level security does not reach through them. The setting recall.only_actor can narrow it
-- further, never widen it.
CREATE OR REPLACE VIEW recall._own_transactions WITH (security_barrier) AS
SELECT
  t.id,
  t.actor, t.actor_email, t.tenant, t.session, t.request, t.reason,
  t.database_user, t.database_role, t.application, t.ip, t.user_agent, t.extra, t.operation
FROM recall.viewer AS v
JOIN recall.transaction AS t ON t.tenant = v.tenant AND (v.actor IS NULL OR t.actor = v.actor)
WHERE v.role = current_user
  AND NOT recall._reads_everything()
  AND (
    (SELECT coalesce(pg_catalog.current_setting('recall.only_actor', true), '') = '')
    OR t.actor = (SELECT pg_catalog.current_setting('recall.only_actor', true))
  );

COMMENT ON VIEW recall._own_transactions IS 'Internal: the transactions that a viewer may see.';
