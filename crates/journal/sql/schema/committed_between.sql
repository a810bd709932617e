-- The transactions of the journal that are visible in the second snapshot and were not in the first.
-- A difference of snapshots misses nothing and repeats nothing, whatever order they committed in.
--
-- The numbers are found one after the other in the index, from one to the next, so that the cost is
-- that of the transactions and not of their changes; those that are still open are stepped over,
-- because what they have written already would be read in vain each time.
CREATE OR REPLACE FUNCTION recall._committed_between(upper bigint, open bigint[], later_upper bigint, later_open bigint[])
RETURNS SETOF bigint
LANGUAGE sql
STABLE
SET search_path = pg_catalog, pg_temp
AS $function$
  WITH RECURSIVE bound AS (
    SELECT $1 - 1 AS tx
    UNION
    SELECT o FROM unnest($4) AS o WHERE o >= $1
    UNION
    SELECT $3
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
  FROM unnest($2) AS o
  WHERE o < $3 AND o <> ALL ($4) AND EXISTS (SELECT FROM recall.change AS c WHERE c.tx = o)
$function$;

COMMENT ON FUNCTION recall._committed_between(bigint, bigint[], bigint, bigint[]) IS
  'Internal: the transactions of the journal that are visible in the second snapshot and not in the first.';
REVOKE ALL ON FUNCTION recall._committed_between(bigint, bigint[], bigint, bigint[]) FROM PUBLIC;
