-- The rows that refer by a foreign key to rows which the plan removes, and that it does not handle.
SELECT s.position, pg_catalog.count(*) AS rows
FROM pg_temp.recall_step AS s
CROSS JOIN LATERAL (SELECT s.expected::{parent} AS image OFFSET 0) AS k
JOIN {child} AS r ON ({child_columns}) = ({parent_columns})
WHERE s.relation = {relation} AND s.action = 'D' AND NOT {handled}
GROUP BY s.position
ORDER BY s.position
