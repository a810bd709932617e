-- A key, as the journal writes it and as a row holds it: its values go through the input functions
-- of the table's own columns.
SELECT {key} AS text, pg_catalog.to_jsonb(r.*) AS image
FROM pg_catalog.jsonb_populate_record(NULL::{table}, $1) AS r
