-- What is needed to read the changes of every table that is or was tracked, under its name of today.
SELECT
  t.id, t.schema_name::text, t.table_name::text, t.key_columns,
  ARRAY(
    SELECT a.attname::text
    FROM pg_catalog.pg_attribute AS a
    WHERE t.present AND a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
    ORDER BY a.attnum
  ) AS columns
FROM recall.tracked AS t
JOIN recall.relation AS r ON r.id = t.id
