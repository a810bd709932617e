-- Removes rows.
DELETE FROM {live_table} AS t
USING pg_catalog.jsonb_array_elements($1) AS e (step)
CROSS JOIN LATERAL pg_catalog.jsonb_populate_record(NULL::{table}, e.step -> 'key') AS k
WHERE ({row_key}) = ({given_key})
