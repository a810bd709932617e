-- The rows that refer to the given rows by a foreign key.
SELECT e.position, {image} AS image
FROM pg_catalog.jsonb_array_elements($1) WITH ORDINALITY AS e (image, position)
CROSS JOIN LATERAL pg_catalog.jsonb_populate_record(NULL::{parent}, e.image) AS p
JOIN {child} AS r ON ({child_columns}) = ({parent_columns})
