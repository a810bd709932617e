-- The tables that are tracked as far as the journal knows, and that the catalogue has no longer.
SELECT r.id
FROM recall.relation AS r
WHERE r.tracked
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_class AS c WHERE c.oid = r.oid AND c.relkind IN ('r', 'p'))
