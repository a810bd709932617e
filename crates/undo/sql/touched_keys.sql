-- The keys that a record had since, and those of the rows that it passed them on to.
WITH RECURSIVE touched (key) AS (
  SELECT {key}::pg_catalog.text COLLATE "C"
  UNION
  SELECT o.other
  FROM touched AS u
  CROSS JOIN LATERAL (
    SELECT c.new_key AS other
    FROM recall.change AS c
    WHERE c.relation = {relation} AND c.key = u.key AND c.new_key IS NOT NULL AND {later}
    UNION ALL
    SELECT c.key
    FROM recall.change AS c
    WHERE c.relation = {relation} AND c.new_key = u.key AND {later}
  ) AS o
)
SELECT t.key FROM touched AS t ORDER BY t.key
