-- The transactions that are visible in the snapshot of `$3` (upper) and `$4` (open) and were not in that
-- of `$1` and `$2`. Whoever stops reading stops the search.
WITH RECURSIVE bound AS (
  SELECT $1::bigint - 1 AS tx
  UNION
  SELECT o FROM unnest(ARRAY(SELECT unnest($4::bigint[]))) AS o WHERE o >= $1
  UNION
  SELECT $3::bigint
),
stretch AS (
  SELECT b.tx AS low, lead(b.tx) OVER (ORDER BY b.tx) AS high FROM bound AS b
),
found AS (
  SELECT s.high, (SELECT min(c.tx) FROM recall.change AS c WHERE c.tx > s.low AND c.tx < s.high) AS tx
  FROM stretch AS s
  WHERE $3 > $1 AND s.high > s.low + 1
  UNION ALL
  SELECT f.high, (SELECT min(c.tx) FROM recall.change AS c WHERE c.tx > f.tx AND c.tx < f.high)
  FROM found AS f
  WHERE f.tx IS NOT NULL
)
SELECT f.tx FROM found AS f WHERE f.tx IS NOT NULL
UNION ALL
SELECT o
FROM unnest(ARRAY(SELECT unnest($2::bigint[]))) AS o
WHERE o < $3 AND o <> ALL ($4) AND EXISTS (SELECT FROM recall.change AS c WHERE c.tx = o)
