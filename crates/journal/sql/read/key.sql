-- A key, as the journal writes it and as a row holds it: its values go through the input functions of
-- the types of its columns. The other columns are left out: a domain may not allow them to be null.
SELECT {key} AS text, pg_catalog.to_jsonb(r.*) AS image
FROM pg_catalog.jsonb_to_record($1) AS r ({columns})
