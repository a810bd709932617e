-- The rows of a table without a key, as they were at a moment. Equal rows cannot be
-- told apart, so they are counted: today's rows, plus what was there before each change since,
-- less what was there after it.
SELECT {past_columns}
FROM (
  SELECT b.image::{table} AS past, pg_catalog.sum(b.copies) AS copies
  FROM (
    SELECT ({live_row})::pg_catalog.text AS image, 1 AS copies
    FROM {live_table} AS r
    UNION ALL
    SELECT ({row_before})::pg_catalog.text, 1
    FROM recall.change AS c
    WHERE c.relation = {relation} AND {change_is_later} AND c.op <> 'I'
    UNION ALL
    SELECT ({row_after})::pg_catalog.text, -1
    FROM recall.change AS c
    WHERE c.relation = {relation} AND {change_is_later} AND c.op IN ('I', 'U')
  ) AS b
  GROUP BY b.image
  HAVING pg_catalog.sum(b.copies) > 0
  OFFSET 0
) AS p
CROSS JOIN LATERAL pg_catalog.generate_series(1, p.copies) AS copy
