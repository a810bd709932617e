-- The steps whose rows would have a unique value that another row has now, one that keeps it.
SELECT s.position
FROM pg_temp.recall_step AS s
CROSS JOIN LATERAL (SELECT s.target::{table} AS image OFFSET 0) AS p
JOIN {live_table} AS r ON ({row_columns}) = ({target_columns})
WHERE s.relation = {relation} AND s.batch = ANY ($1)
  AND ({row_key_text}) IS DISTINCT FROM s.key
  AND NOT EXISTS (
    SELECT
    FROM pg_temp.recall_step AS h
    WHERE h.relation = {relation} AND h.action <> 'I' AND h.key = ({row_key_text})
  )
ORDER BY s.position
