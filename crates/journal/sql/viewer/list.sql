-- The viewers, each with whether there still is such a role with the right to look.
SELECT
  v.role::text AS role, v.tenant, v.actor,
  r.oid IS NOT NULL AND pg_catalog.pg_has_role(r.oid, g.oid, 'USAGE') AS active
FROM recall.viewer AS v
LEFT JOIN pg_catalog.pg_roles AS r ON r.rolname = v.role
LEFT JOIN pg_catalog.pg_roles AS g ON g.rolname = 'recall_viewer'
ORDER BY v.tenant, v.role
