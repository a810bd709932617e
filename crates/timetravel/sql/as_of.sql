-- The rows of a table with a key, as they were at a moment:
-- the rows of today whose key was not touched since, and, for every key that was, the row before
-- its first change since (nothing, if that was an insert). The conditions of the query around it
-- reach into both branches.
--
-- For some keys ("moved") the first change alone tells nothing: where an update gave the key to
-- another row, two rows may have had it for a moment; and where a trigger changed a row again, the
-- inner change is recorded before the outer one. For keys of the first kind and for those that were
-- changed several times in one transaction the images are counted: today's rows, plus
-- what was there before each change, less what was there after it.
--
-- Columns go by their places, c1 and so on, because they may have had several names.
WITH moved AS (
  SELECT c.key FROM recall.change AS c
  WHERE c.relation = {relation} AND {change_is_later} AND c.new_key IS NOT NULL
  UNION
  SELECT c.new_key FROM recall.change AS c
  WHERE c.relation = {relation} AND {change_is_later} AND c.new_key IS NOT NULL
  UNION
  SELECT c.key FROM recall.change AS c
  WHERE c.relation = {relation} AND {change_is_later}
  GROUP BY c.tx, c.key
  HAVING pg_catalog.count(*) > 1
)
SELECT {live_values}
FROM {live_table} AS r
WHERE {untouched}
UNION ALL
SELECT {old_values}
FROM recall.change AS c
{old_image}
WHERE c.relation = {relation}
  AND {change_is_later}
  AND c.op <> 'I'
  AND NOT EXISTS (
    SELECT FROM recall.change AS e
    WHERE e.relation = {relation} AND e.key = c.key AND {earlier_is_later} AND e.id < c.id
  )
  AND NOT EXISTS (SELECT FROM moved AS m WHERE m.key = c.key)
UNION ALL
SELECT {counted}
FROM (
  SELECT b.*, pg_catalog.sum(b.copies) OVER equal AS total, pg_catalog.row_number() OVER equal AS place
  FROM (
    SELECT {live_values}, 1 AS copies
    FROM {live_table} AS r
    WHERE EXISTS (SELECT FROM moved) AND {key} IN (SELECT m.key FROM moved AS m)
    UNION ALL
    SELECT {old_values}, 1
    FROM recall.change AS c
    {old_image}
    WHERE c.relation = {relation} AND {change_is_later} AND c.op <> 'I'
      AND c.key IN (SELECT m.key FROM moved AS m)
    UNION ALL
    SELECT {new_values}, -1
    FROM recall.change AS c
    {new_image}
    WHERE c.relation = {relation} AND {change_is_later} AND c.op IN ('I', 'U')
      AND coalesce(c.new_key, c.key) IN (SELECT m.key FROM moved AS m)
  ) AS b
  WINDOW equal AS (PARTITION BY {image_of_counted})
) AS p
WHERE p.place = 1 AND p.total > 0
