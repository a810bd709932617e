-- The rows of a batch stay as they are from here on.
SELECT pg_catalog.count(*)
FROM (
  SELECT
  FROM pg_temp.recall_step AS s
  CROSS JOIN LATERAL (SELECT s.expected::{table} AS image OFFSET 0) AS k
  JOIN {live_table} AS r ON ({row_key}) = ({given_key})
  WHERE s.batch = $1
  FOR UPDATE OF r
) AS locked
