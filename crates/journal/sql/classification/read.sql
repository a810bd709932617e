-- Every table that is or was tracked, with the classes of the table and of each of its columns. Columns
-- have their names of today; those of a table that is gone the ones that they had last. A column that was
-- dropped has none, and is left out by whoever reads this.
SELECT
  t.id, t.schema_name::text, t.table_name::text, t.present, k.column_number, n.name AS column_name,
  coalesce(k.classes, '{}') AS classes
FROM recall.tracked AS t
JOIN recall.relation AS r ON r.id = t.id
LEFT JOIN LATERAL (
  SELECT c.column_number, pg_catalog.array_agg(c.class ORDER BY c.class) AS classes
  FROM recall.classification AS c
  WHERE c.relation = t.id
  GROUP BY c.column_number
) AS k ON true
LEFT JOIN LATERAL (
  SELECT a.attname::text AS name
  FROM pg_catalog.pg_attribute AS a
  WHERE t.present AND a.attrelid = r.oid AND a.attnum = k.column_number AND NOT a.attisdropped
  UNION ALL
  SELECT f.columns -> k.column_number::text ->> 0
  FROM (
    SELECT l.columns
    FROM recall.form AS l
    WHERE NOT t.present AND l.relation = t.id AND l.columns IS NOT NULL
    ORDER BY l.id DESC
    LIMIT 1
  ) AS f
) AS n ON k.column_number > 0
ORDER BY t.schema_name, t.table_name, t.id, k.column_number
