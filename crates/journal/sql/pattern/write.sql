-- A pattern, or an exception.
INSERT INTO recall.pattern (text, schema_like, table_like, tracked, options) VALUES ($1, $2, $3, $4, $5)
