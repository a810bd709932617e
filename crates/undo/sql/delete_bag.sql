-- Removes rows of a table without a key: of rows that are alike any will do, so they are numbered
-- on both sides.
DELETE FROM {live_table} AS t
USING ({found}) AS found
WHERE t.tableoid = found.tableoid AND t.ctid = found.ctid
