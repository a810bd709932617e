-- Removes rows.
DELETE FROM {live_table} AS t
USING pg_temp.recall_step AS s
CROSS JOIN LATERAL (SELECT s.expected::{table} AS image OFFSET 0) AS k
WHERE s.batch = $1 AND s.position BETWEEN $2 AND $3
  AND ({row_key}) = ({given_key}){as_expected}
