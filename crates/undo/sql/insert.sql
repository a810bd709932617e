-- Brings rows back, their identity columns included.
INSERT INTO {table} ({columns}) OVERRIDING SYSTEM VALUE
SELECT {values}
FROM pg_catalog.jsonb_array_elements($1) WITH ORDINALITY AS e (step, position)
CROSS JOIN LATERAL pg_catalog.jsonb_populate_record(NULL::{table}, e.step -> 'target') AS p
ORDER BY e.position
