-- Whose these tables are.
SELECT DISTINCT pg_catalog.pg_get_userbyid(c.relowner)::pg_catalog.text AS owner
FROM pg_catalog.pg_class AS c
WHERE c.oid = ANY ($1)
ORDER BY owner
