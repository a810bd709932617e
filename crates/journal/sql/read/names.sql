-- The names of today of every table that is or was tracked.
SELECT t.id, t.schema_name::text, t.table_name::text, c.oid, coalesce(c.relhassubclass, false) AS may_have_children
FROM recall.tracked AS t
JOIN recall.relation AS r ON r.id = t.id
LEFT JOIN pg_catalog.pg_class AS c ON t.present AND c.oid = r.oid
ORDER BY t.schema_name, t.table_name, t.id
