-- What happened to tables that the journal could not record and that nobody has looked after yet:
-- partitions that came or went with their rows, and tables that are recorded by the root of a partition
-- tree now. `pgrecall reconcile` makes gaps of them.
--
-- A partition that was made as one got its triggers in the transaction that made it; one that was
-- attached later, and has rows, may have had them before. ctid is a column that nobody alters, so its
-- entry is as old as the table.
CREATE OR REPLACE VIEW recall.unnoticed AS
SELECT r.id AS relation, 'partitions changed' AS reason
FROM recall.relation AS r
JOIN pg_catalog.pg_class AS c ON c.oid = r.oid AND c.relkind = 'p'
WHERE r.tracked
  AND r.leaves IS NOT NULL
  AND (
    NOT r.leaves <@ ARRAY(SELECT t.relid::oid FROM pg_catalog.pg_partition_tree(r.oid) AS t)
    OR EXISTS (
      SELECT
      FROM pg_catalog.pg_partition_tree(r.oid) AS t
      JOIN pg_catalog.pg_attribute AS a ON a.attrelid = t.relid AND a.attnum = -1
      JOIN pg_catalog.pg_trigger AS g
        ON g.tgrelid = t.relid AND g.tgname = pg_catalog.format('!recall_%s_insert', r.id)
      WHERE t.isleaf AND t.relid <> ALL (r.leaves) AND g.xmin <> a.xmin AND pg_catalog.pg_relation_size(t.relid) > 0
    )
  )
UNION ALL
SELECT r.id, 'recorded above'
FROM recall.relation AS r
JOIN pg_catalog.pg_class AS c ON c.oid = r.oid AND c.relispartition
WHERE r.tracked AND EXISTS (
  SELECT
  FROM pg_catalog.pg_partition_ancestors(r.oid) AS a
  JOIN recall.relation AS p ON p.oid = a.relid
  WHERE p.tracked AND p.id <> r.id
)
AND NOT EXISTS (
  SELECT FROM recall.gap AS g WHERE g.relation = r.id AND g.reason = 'recorded above' AND g.until_tx IS NULL
);

COMMENT ON VIEW recall.unnoticed IS 'Tables of which changes may be missing, and no gap tells yet: track them again.';
COMMENT ON COLUMN recall.unnoticed.relation IS 'The table in recall.relation.';
COMMENT ON COLUMN recall.unnoticed.reason IS 'What happened, as in recall.gap.';
