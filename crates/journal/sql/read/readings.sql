-- What is needed to read the changes of every table that is or was tracked, under its name of today,
-- with its columns of today, or those in which it was recorded last.
SELECT
  t.id, t.schema_name::text, t.table_name::text, t.key_columns,
  CASE
    WHEN t.present THEN ARRAY(
      SELECT a.attname::text
      FROM pg_catalog.pg_attribute AS a
      WHERE a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
      ORDER BY a.attnum
    )
    ELSE coalesce(s.columns, '{}')
  END AS columns
FROM recall.tracked AS t
JOIN recall.relation AS r ON r.id = t.id
LEFT JOIN recall.shape AS s ON s.id = r.shape
