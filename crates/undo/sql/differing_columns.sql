-- In which columns the updates of a batch leave other values than they find.
SELECT ARRAY[{differs}]::pg_catalog.bool[] AS differing
FROM pg_temp.recall_step AS s
CROSS JOIN LATERAL (SELECT s.expected::{table} AS image OFFSET 0) AS k
CROSS JOIN LATERAL (SELECT s.target::{table} AS image OFFSET 0) AS p
WHERE s.batch = $1
