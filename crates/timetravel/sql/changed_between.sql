-- What was changed of a table between a moment and a checkpoint after it, by keys: how often, whether one was
-- changed several times, and whether one went to another row. What was changed then is settled for good.
SELECT
  coalesce(pg_catalog.sum(k.changes), 0)::pg_catalog.int8 AS changes,
  coalesce(pg_catalog.bool_or(k.changes > 1), false) AS again,
  coalesce(pg_catalog.bool_or(k.moved), false) AS moved
FROM (
  SELECT pg_catalog.count(*) AS changes, pg_catalog.bool_or(c.new_key IS NOT NULL) AS moved
  FROM recall.change AS c
  WHERE c.relation = {relation} AND {change_is_later}
  GROUP BY c.key
) AS k
