-- A table that is tracked for the first time.
INSERT INTO recall.relation (
  oid, schema_name, table_name, key_columns, excluded_columns, hashed_columns, tracked, since_tx, since_at, since_change,
  only_roles, only_role_names, condition, on_failure, after_image, for_each
)
VALUES ($1, $2, $3, $4, $5, $6, true, $7, $8, $9, $10, $11, $12, $13, $14, $15)
RETURNING id
