-- Brings rows back, their identity columns included.
INSERT INTO {table} ({columns}) OVERRIDING SYSTEM VALUE
SELECT {values}
FROM pg_temp.recall_step AS s
CROSS JOIN LATERAL (SELECT s.target::{table} AS image OFFSET 0) AS p
WHERE s.batch = $1 AND s.position BETWEEN $2 AND $3
ORDER BY s.position
