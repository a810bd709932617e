-- One record as it was at a moment: the row of today, plus what was there before each
-- change since, less what was there after it. What remains is the row of then, or nothing.
SELECT b.image::pg_catalog.text::pg_catalog.jsonb AS image
FROM (
  SELECT {live_image} AS image, 1 AS copies
  FROM pg_catalog.jsonb_to_record($2) AS k ({key_columns})
  JOIN {live_table} AS r ON ({row_key}) = ({given_key})
  UNION ALL
  SELECT recall._decode(c.shape, c.old), 1
  FROM recall.change AS c
  WHERE c.relation = {relation} AND {change_is_later} AND c.op <> 'I' AND c.key = $1
  UNION ALL
  SELECT recall._decode(c.shape, recall._whole(c.old, c.new)), -1
  FROM recall.change AS c
  WHERE c.relation = {relation} AND {change_is_later} AND c.op = 'I' AND c.key = $1
  UNION ALL
  SELECT recall._decode(c.shape, recall._whole(c.old, c.new)), -1
  FROM recall.change AS c
  WHERE c.relation = {relation} AND {change_is_later} AND c.op = 'U' AND c.key = $1 AND c.new_key IS NULL
  UNION ALL
  SELECT recall._decode(c.shape, recall._whole(c.old, c.new)), -1
  FROM recall.change AS c
  WHERE c.relation = {relation} AND {change_is_later} AND c.op = 'U' AND c.new_key = $1
) AS b
GROUP BY b.image::pg_catalog.text
HAVING pg_catalog.sum(b.copies) > 0
