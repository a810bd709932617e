-- Whether the connected user may do to a table what the plan does.
SELECT pg_catalog.has_table_privilege($1::pg_catalog.oid, $2) AS permitted
