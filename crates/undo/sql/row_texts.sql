-- Images that are JSON, as the text of rows of the table as it is today.
SELECT e.position, pg_catalog.concat(r.*) AS row
FROM pg_catalog.jsonb_array_elements($1) WITH ORDINALITY AS e (image, position)
CROSS JOIN LATERAL pg_catalog.jsonb_populate_record(NULL::{table}, e.image) AS r
ORDER BY e.position
