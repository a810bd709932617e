-- The steps that did not leave the row that they were to leave.
SELECT s.position
FROM pg_temp.recall_step AS s
CROSS JOIN LATERAL (SELECT s.target::{table} AS image OFFSET 0) AS p
LEFT JOIN {live_table} AS r ON ({row_key}) = ({target_key})
WHERE s.batch = $1 AND s.position BETWEEN $2 AND $3
  AND ({one_of_key} IS NULL OR pg_catalog.concat(ROW({live_columns})) <> pg_catalog.concat(ROW({target_columns})))
ORDER BY s.position
LIMIT 1000
