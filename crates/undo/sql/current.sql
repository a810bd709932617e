-- The rows of today under the given keys, with their position in the list of keys.
SELECT e.position, {image} AS image
FROM pg_catalog.jsonb_array_elements($1) WITH ORDINALITY AS e (key, position)
CROSS JOIN LATERAL pg_catalog.jsonb_populate_record(NULL::{table}, e.key) AS k
JOIN {live_table} AS r ON ({row_key}) = ({given_key})
{lock}
