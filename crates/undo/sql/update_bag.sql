-- Sets columns of rows back, in a table without a key: of rows that are alike any will do, so they
-- are numbered on both sides.
UPDATE {live_table} AS t
SET {assignments}
FROM ({found}) AS found
CROSS JOIN LATERAL (SELECT found.target::{table} AS image OFFSET 0) AS p
WHERE t.tableoid = found.tableoid AND t.ctid = found.ctid
