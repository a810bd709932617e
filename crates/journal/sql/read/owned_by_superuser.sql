-- Whether the role that the journal belongs to is a superuser.
SELECT r.rolsuper
FROM pg_catalog.pg_namespace AS n
JOIN pg_catalog.pg_roles AS r ON r.oid = n.nspowner
WHERE n.nspname = 'recall'
