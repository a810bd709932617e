-- The tables that go or went by one of these names, or have one of these numbers in the database today.
SELECT r.id, c.oid, coalesce(c.relhassubclass, false) AS may_have_children
FROM recall.relation AS r
LEFT JOIN pg_catalog.pg_class AS c ON c.oid = r.oid AND c.relkind IN ('r', 'p')
WHERE r.table_name = ANY ($1)
  OR c.relname::text = ANY ($1)
  OR c.oid = ANY ($2)
  OR r.id IN (SELECT f.relation FROM recall.form AS f WHERE f.table_name = ANY ($1))
ORDER BY r.id
