-- The rows of a table as they were at a moment, from a copy at a later one, where every key stayed with its row in
-- between and none was changed several times in one transaction: the rows of the copy whose key was not touched,
-- and, for every key that was, the row before its first change (nothing, if that was an insert). Columns go by
-- their places.
SELECT {live_values}
FROM {live_table} AS r
WHERE NOT EXISTS (SELECT FROM {touched} AS touched (key) WHERE touched.key = {key_of_row})
UNION ALL
SELECT {old_values}
FROM (
  {first}
) AS c
{old_image}
WHERE c.op <> 'I'
