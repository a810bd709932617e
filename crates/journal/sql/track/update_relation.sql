-- A table that is or was tracked already.
UPDATE recall.relation
SET schema_name = $2,
    table_name = $3,
    key_columns = $4,
    excluded_columns = $5,
    hashed_columns = $6,
    tracked = true
WHERE id = $1
