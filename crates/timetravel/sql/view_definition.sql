-- The definition of a view. With an empty search_path, set for this statement only, PostgreSQL
-- writes every name with its schema, so that it means the same wherever it is read.
SELECT pg_catalog.pg_get_viewdef($1::oid) AS definition
FROM pg_catalog.set_config('search_path', '', true)
