-- Sets columns of rows back.
UPDATE {live_table} AS t
SET {assignments}
FROM pg_catalog.jsonb_array_elements($1) AS e (step)
CROSS JOIN LATERAL pg_catalog.jsonb_populate_record(NULL::{table}, e.step -> 'key') AS k
CROSS JOIN LATERAL pg_catalog.jsonb_populate_record(NULL::{table}, e.step -> 'target') AS p
WHERE ({row_key}) = ({given_key}){same_image}
