-- The rows of a table that is gone, as far as changes tell of them: what the changes up to the moment left,
-- and what those after it found. A row that was never changed while it was recorded is in neither. Columns
-- go by their places.
SELECT {counted}
FROM (
  SELECT
    b.*,
    greatest(
      pg_catalog.sum(b.copies) FILTER (WHERE NOT b.later) OVER equal,
      pg_catalog.sum(b.copies) FILTER (WHERE b.later) OVER equal
    ) AS total,
    pg_catalog.row_number() OVER equal AS place
  FROM (
    SELECT {new_values}, CASE WHEN {change_is_later} THEN -1 ELSE 1 END AS copies, {change_is_later} AS later
    FROM recall.change AS c
    {new_image}
    WHERE c.relation = {relation} AND c.op IN ('I', 'U')
    UNION ALL
    SELECT {old_values}, CASE WHEN {change_is_later} THEN 1 ELSE -1 END, {change_is_later}
    FROM recall.change AS c
    {old_image}
    WHERE c.relation = {relation} AND c.op <> 'I'
  ) AS b
  WINDOW equal AS (PARTITION BY {image_of_counted})
) AS p
CROSS JOIN LATERAL pg_catalog.generate_series(1, p.total) AS copy
WHERE p.place = 1 AND p.total > 0
