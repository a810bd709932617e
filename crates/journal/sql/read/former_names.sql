-- What is known of how columns were called: the columns of each shape in which a table was recorded,
-- the latest first, and the columns of today in their order, with an empty name for one that was
-- dropped, which keeps its place.
SELECT s.columns
FROM (
  SELECT 0 AS age, ARRAY(
    SELECT CASE WHEN a.attisdropped THEN '' ELSE a.attname END::text
    FROM pg_catalog.pg_attribute AS a
    WHERE a.attrelid = $2 AND a.attnum > 0
    ORDER BY a.attnum
  ) AS columns
  UNION ALL
  SELECT pg_catalog.row_number() OVER (ORDER BY s.id DESC), s.columns
  FROM recall.shape AS s
  WHERE s.relation = $1
) AS s
ORDER BY s.age
