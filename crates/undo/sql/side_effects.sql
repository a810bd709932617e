-- The rows that this transaction changed and that the plan does not name, by table.
SELECT c.relation, r.schema_name, r.table_name, pg_catalog.count(*) AS rows
FROM recall.change AS c
JOIN recall.tracked AS r ON r.id = c.relation
WHERE c.tx = $1
  AND NOT EXISTS (
    SELECT
    FROM pg_temp.recall_step AS s
    WHERE s.relation = c.relation AND s.key IS NOT NULL AND s.key = c.key
  )
  AND NOT EXISTS (
    SELECT
    FROM pg_temp.recall_step AS s
    WHERE s.relation = c.relation AND s.target_key IS NOT NULL AND s.target_key = coalesce(c.new_key, c.key)
  )
  -- Of a table without a key the rows cannot be told from each other.
  AND (c.key IS NOT NULL OR NOT EXISTS (SELECT FROM pg_temp.recall_step AS s WHERE s.relation = c.relation))
GROUP BY c.relation, r.schema_name, r.table_name
ORDER BY c.relation
