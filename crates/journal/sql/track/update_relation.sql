-- A table that is or was tracked already. Rows that were recorded under another key cannot be
-- followed, so with a new key the tracking begins anew. The table's number is another one after a
-- restore.
UPDATE recall.relation
SET oid = $9,
    schema_name = $2,
    table_name = $3,
    since_tx = CASE WHEN key_columns = $4 THEN since_tx ELSE $7 END,
    since_at = CASE WHEN key_columns = $4 THEN since_at ELSE $8 END,
    since_change = CASE WHEN key_columns = $4 THEN since_change ELSE $10 END,
    key_columns = $4,
    excluded_columns = $5,
    hashed_columns = $6,
    only_roles = $11,
    only_role_names = $12,
    condition = $13,
    on_failure = $14,
    after_image = $15,
    tracked = true
WHERE id = $1
