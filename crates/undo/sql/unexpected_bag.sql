-- The same for a table without a key: the rows that are expected must be there as often as they are.
SELECT w.position
FROM (
  SELECT
    s.position, pg_catalog.concat(ROW({expected_columns})) AS row,
    pg_catalog.row_number() OVER (PARTITION BY s.expected ORDER BY s.position) AS copy
  FROM pg_temp.recall_step AS s
  CROSS JOIN LATERAL (SELECT s.expected::{table} AS image OFFSET 0) AS k
  WHERE s.relation = {relation} AND s.action <> 'I' AND $1::pg_catalog.int4 IS NOT NULL
) AS w
LEFT JOIN (
  SELECT pg_catalog.concat(ROW({live_columns})) AS row, pg_catalog.count(*) AS copies
  FROM {live_table} AS r
  GROUP BY 1
) AS l ON l.row = w.row
WHERE w.copy > coalesce(l.copies, 0)
ORDER BY w.position
