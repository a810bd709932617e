-- Whether a key was changed several times in one transaction between a moment and a checkpoint after it.
SELECT EXISTS (
  SELECT
  FROM recall.change AS c
  WHERE c.relation = {relation} AND {change_is_later}
  GROUP BY c.tx, c.key
  HAVING pg_catalog.count(*) > 1
) AS again_in_one
