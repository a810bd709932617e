-- The steps whose rows would refer to a row that is neither there nor in the plan.
SELECT s.position
FROM pg_temp.recall_step AS s
CROSS JOIN LATERAL (SELECT s.target::{child} AS image OFFSET 0) AS p
WHERE s.relation = {relation} AND s.batch = ANY ($1) AND ({child_columns}) IS NOT NULL
  AND NOT EXISTS (SELECT FROM {parent} AS r WHERE ({parent_columns}) = ({child_columns}))
  AND NOT {planned}
ORDER BY s.position
