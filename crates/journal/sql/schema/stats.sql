-- What happened, in numbers: a row for each day, table and operation, over the changes that the
-- reader may see.
CREATE OR REPLACE VIEW recall.stats AS
SELECT
  (c.at AT TIME ZONE 'UTC')::date AS day,
  r.qualified_name AS table_name,
  CASE c.op WHEN 'I' THEN 'insert' WHEN 'U' THEN 'update' WHEN 'D' THEN 'delete' ELSE 'truncate' END AS op,
  count(*) AS changes,
  count(DISTINCT c.actor) AS actors
FROM recall._visible_changes AS c
JOIN recall.tracked AS r ON r.id = c.relation
GROUP BY 1, 2, 3;

COMMENT ON VIEW recall.stats IS 'Changes and distinct actors per day (UTC), table and operation.';
COMMENT ON COLUMN recall.stats.day IS 'The day in UTC.';
COMMENT ON COLUMN recall.stats.table_name IS 'The table as it is called today.';
COMMENT ON COLUMN recall.stats.op IS 'insert, update, delete or truncate.';
COMMENT ON COLUMN recall.stats.changes IS 'How many rows were changed.';
COMMENT ON COLUMN recall.stats.actors IS 'How many different actors changed them.';
