-- The role that the journal belongs to.
SELECT pg_catalog.pg_get_userbyid(n.nspowner)::text AS owner
FROM pg_catalog.pg_namespace AS n
WHERE n.nspname = 'recall'
