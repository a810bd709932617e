-- The row of today under the key of a given row, as text.
SELECT pg_catalog.concat(ROW({columns})) AS row
FROM (SELECT $1::pg_catalog.text::{table} AS image OFFSET 0) AS k
JOIN {live_table} AS r ON ({row_key}) = ({given_key})
