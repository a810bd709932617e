-- The rows of a table without a key, as they were at a moment. Equal rows cannot be
-- told apart, so they are counted: today's rows, plus what was there before each change since,
-- less what was there after it. Columns go by their places.
SELECT {counted}
FROM (
  SELECT b.*, pg_catalog.sum(b.copies) OVER equal AS total, pg_catalog.row_number() OVER equal AS place
  FROM (
    SELECT {live_values}, 1 AS copies
    FROM {live_table} AS r
    UNION ALL
    SELECT {old_values}, 1
    FROM recall.change AS c
    {old_image}
    WHERE c.relation = {relation} AND {change_is_later} AND c.op <> 'I'
    UNION ALL
    SELECT {new_values}, -1
    FROM recall.change AS c
    {new_image}
    WHERE c.relation = {relation} AND {change_is_later} AND c.op IN ('I', 'U')
  ) AS b
  WINDOW equal AS (PARTITION BY {image_of_counted})
) AS p
CROSS JOIN LATERAL pg_catalog.generate_series(1, p.total) AS copy
WHERE p.place = 1 AND p.total > 0
