-- What happened to tables that the journal could not record and that nobody has looked after yet:
-- partitions that went with their rows, and tables that are recorded by the root
-- of a partition tree now. `pgrecall track` makes gaps of the former.
CREATE OR REPLACE VIEW recall.unnoticed AS
SELECT r.id AS relation, 'partitions changed' AS reason
FROM recall.relation AS r
JOIN pg_catalog.pg_class AS c ON c.oid = r.oid AND c.relkind = 'p'
WHERE r.tracked
  AND r.leaves IS NOT NULL
  AND NOT r.leaves <@ ARRAY(SELECT t.relid::oid FROM pg_catalog.pg_partition_tree(r.oid) AS t)
UNION ALL
SELECT r.id, 'recorded above'
FROM recall.relation AS r
JOIN pg_catalog.pg_class AS c ON c.oid = r.oid AND c.relispartition
WHERE r.tracked AND EXISTS (
  SELECT
  FROM pg_catalog.pg_partition_ancestors(r.oid) AS a
  JOIN recall.relation AS p ON p.oid = a.relid
  WHERE p.tracked AND p.id <> r.id
);

COMMENT ON VIEW recall.unnoticed IS 'Tables of which changes may be missing, and no gap tells yet: track them again.';
COMMENT ON COLUMN recall.unnoticed.relation IS 'The table in recall.relation.';
COMMENT ON COLUMN recall.unnoticed.reason IS 'What happened, as in recall.gap.';
