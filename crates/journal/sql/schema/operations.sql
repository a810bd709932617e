-- Work done by hand, with who and why, and what it changed. To it belong the transactions that are
-- marked with it, and the one in which it began.
CREATE OR REPLACE VIEW recall.operations AS
SELECT
  o.id,
  o.name,
  o.type,
  CASE WHEN o.success THEN 'succeeded' WHEN NOT o.success THEN 'failed' ELSE 'open' END AS status,
  o.started_at,
  o.completed_at,
  o.message,
  o.details,
  o.tx,
  o.database_user,
  t.actor,
  t.tenant,
  t.reason,
  (SELECT pg_catalog.count(*) FROM recall.transaction AS m WHERE m.operation = o.id OR m.id = o.tx) AS transactions,
  (
    SELECT coalesce(pg_catalog.jsonb_object_agg(n.table_name, n.changes), '{}')
    FROM (
      SELECT r.qualified_name AS table_name, pg_catalog.count(*) AS changes
      FROM recall.transaction AS m
      JOIN recall.change AS c ON c.tx = m.id
      JOIN recall.tracked AS r ON r.id = c.relation
      WHERE m.operation = o.id OR m.id = o.tx
      GROUP BY r.qualified_name
    ) AS n
  ) AS changes
FROM recall.operation AS o
LEFT JOIN recall.transaction AS t ON t.id = o.tx;

COMMENT ON VIEW recall.operations IS 'Work done by hand, with who and why, and how many rows of which table it changed.';
COMMENT ON COLUMN recall.operations.status IS 'open, succeeded or failed.';
COMMENT ON COLUMN recall.operations.transactions IS 'How many transactions belong to it, with those that began and completed it.';
COMMENT ON COLUMN recall.operations.changes IS 'For each table how many rows were changed: {"table": count}.';
