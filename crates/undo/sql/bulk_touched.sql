-- Whether an update of the plan changes one of these columns.
SELECT EXISTS (
  SELECT
  FROM pg_temp.recall_step AS s
  CROSS JOIN LATERAL (SELECT s.expected::{table} AS image OFFSET 0) AS k
  CROSS JOIN LATERAL (SELECT s.target::{table} AS image OFFSET 0) AS p
  WHERE s.relation = {relation} AND s.action = 'U'
    AND pg_catalog.concat(ROW({expected_columns})) <> pg_catalog.concat(ROW({target_columns}))
) AS touched
