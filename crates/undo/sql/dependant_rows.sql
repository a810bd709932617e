-- The rows that refer to the row which a step removes, and that the plan does not handle.
SELECT pg_catalog.concat(ROW({columns})) AS row
FROM pg_temp.recall_step AS s
CROSS JOIN LATERAL (SELECT s.expected::{parent} AS image OFFSET 0) AS k
JOIN {child} AS r ON ({child_columns}) = ({parent_columns})
WHERE s.relation = {relation} AND s.action = 'D' AND s.position = $1 AND NOT {handled}
