-- A viewer sees the transactions of its tenant, and of its actor if it has one. The setting
-- recall.only_actor can narrow it further, never widen it.
CREATE POLICY own_tenant ON recall.transaction FOR SELECT TO recall_viewer USING (
  tenant = (SELECT v.tenant FROM recall.viewer AS v WHERE v.role = current_user)
  AND (
    (SELECT v.actor IS NULL FROM recall.viewer AS v WHERE v.role = current_user)
    OR actor = (SELECT v.actor FROM recall.viewer AS v WHERE v.role = current_user)
  )
  AND (
    (SELECT coalesce(pg_catalog.current_setting('recall.only_actor', true), '') = '')
    OR actor = (SELECT pg_catalog.current_setting('recall.only_actor', true))
  )
);
