-- The roles that the user names, as far as they exist.
SELECT r.oid, r.rolname::text AS name FROM pg_catalog.pg_roles AS r WHERE r.rolname = ANY ($1::text[])
