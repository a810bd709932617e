-- The rows of a table without a key, as they were just after a transaction. Equal rows cannot be
-- told apart, so they are counted: today's rows, plus what was there before each change since,
-- less what was there after it.
SELECT {past_columns}
FROM (
  SELECT b.image::pg_catalog.text::pg_catalog.jsonb AS old, pg_catalog.sum(b.copies) AS copies
  FROM (
    SELECT {live_image} AS image, 1 AS copies
    FROM {live_table} AS r
    UNION ALL
    SELECT c.old, 1
    FROM recall.change AS c
    WHERE c.relation = {relation} AND c.tx > {boundary} AND c.op <> 'I'
    UNION ALL
    SELECT coalesce(c.old, '{}') || c.new, -1
    FROM recall.change AS c
    WHERE c.relation = {relation} AND c.tx > {boundary} AND c.op IN ('I', 'U')
  ) AS b
  GROUP BY b.image::pg_catalog.text
  HAVING pg_catalog.sum(b.copies) > 0
) AS c
CROSS JOIN LATERAL pg_catalog.generate_series(1, c.copies) AS copy
CROSS JOIN LATERAL pg_catalog.jsonb_populate_record(NULL::{table}, {past_image}) AS p
