-- The row of a table with a single key, as it was at a moment: what as_of.sql says, for one key alone. Its
-- changes are read once, by the indices of keys, and each image is read in one place: the server takes longer to
-- plan a look at every month of the journal, or to read an expression for each column, than to find these few.
WITH concerned AS MATERIALIZED (
  SELECT c.id, c.tx, c.shape, c.op, c.key, c.new_key, c.old, c.new
  FROM recall.change AS c
  WHERE c.relation = {relation} AND {change_is_later} AND ({key_of_change} OR {new_key_of_change})
),
moved AS MATERIALIZED (
  SELECT coalesce(pg_catalog.bool_or(c.new_key IS NOT NULL), false) OR EXISTS (
    SELECT FROM concerned AS e WHERE {key_of_earlier} GROUP BY e.tx HAVING pg_catalog.count(*) > 1
  ) AS is_so
  FROM concerned AS c
),
image AS MATERIALIZED (
  SELECT c.*, i.*, j.*
  FROM (
    SELECT c.id, c.shape, c.old AS text, 1 AS copies
    FROM concerned AS c
    WHERE {key_of_change} AND c.op <> 'I' AND (
      (SELECT m.is_so FROM moved AS m)
      OR NOT EXISTS (SELECT FROM concerned AS e WHERE {key_of_earlier} AND e.id < c.id)
    )
    UNION ALL
    SELECT c.id, c.shape, recall._whole(c.old, c.new), -1
    FROM concerned AS c
    WHERE (SELECT m.is_so FROM moved AS m) AND c.op IN ('I', 'U') AND {last_key_of_change}
  ) AS c
  {image}
)
SELECT {live_values}
FROM {live_table} AS r
WHERE NOT (SELECT m.is_so FROM moved AS m) AND NOT EXISTS (SELECT FROM concerned AS c WHERE {key_of_change}) AND {row_of_key}
UNION ALL
SELECT {values}
FROM image AS c
WHERE NOT (SELECT m.is_so FROM moved AS m)
UNION ALL
SELECT {counted}
FROM (
  SELECT b.*, pg_catalog.sum(b.copies) OVER equal AS total, pg_catalog.row_number() OVER equal AS place
  FROM (
    SELECT {live_values}, 1 AS copies
    FROM {live_table} AS r
    WHERE (SELECT m.is_so FROM moved AS m) AND {row_of_key}
    UNION ALL
    SELECT {values}, c.copies
    FROM image AS c
    WHERE (SELECT m.is_so FROM moved AS m)
  ) AS b
  WINDOW equal AS (PARTITION BY {image_of_counted})
) AS p
WHERE p.place = 1 AND p.total > 0
