-- The rows of a table as they were at a moment, from the journal alone: those of a baseline, plus what was
-- there after each change between the two, less what was there before it; the other way round where the
-- baseline is the later one. Columns go by their places.
SELECT {counted}
FROM (
  SELECT b.*, pg_catalog.sum(b.copies) OVER equal AS total, pg_catalog.row_number() OVER equal AS place
  FROM (
    SELECT {new_values}, 1 AS copies
    FROM (
      SELECT NULL::pg_catalog.text AS old, r.image AS new, l.shape, 0::pg_catalog.int8 AS id
      FROM recall.baseline_row AS r
      JOIN recall.baseline AS l ON l.id = r.baseline
      WHERE r.baseline = {baseline}
    ) AS c
    {new_image}
    UNION ALL
    SELECT {new_values}, CASE WHEN {change_is_later} THEN -1 ELSE 1 END
    FROM recall.change AS c
    {new_image}
    WHERE c.relation = {relation} AND ({change_is_later}) <> ({change_is_after_baseline}) AND c.op IN ('I', 'U')
    UNION ALL
    SELECT {old_values}, CASE WHEN {change_is_later} THEN 1 ELSE -1 END
    FROM recall.change AS c
    {old_image}
    WHERE c.relation = {relation} AND ({change_is_later}) <> ({change_is_after_baseline}) AND c.op <> 'I'
  ) AS b
  WINDOW equal AS (PARTITION BY {image_of_counted})
) AS p
CROSS JOIN LATERAL pg_catalog.generate_series(1, p.total) AS copy
WHERE p.place = 1 AND p.total > 0
