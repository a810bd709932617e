-- Which of our roles the server has.
SELECT r.rolname::text AS role
FROM pg_catalog.pg_roles AS r
WHERE r.rolname IN ('recall_admin', 'recall_auditor', 'recall_viewer')
ORDER BY r.rolname
