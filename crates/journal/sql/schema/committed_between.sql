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
  {between}
$function$;

COMMENT ON FUNCTION recall._committed_between(bigint, bigint[], bigint, bigint[]) IS
  'Internal: the transactions of the journal that are visible in the second snapshot and not in the first.';
REVOKE ALL ON FUNCTION recall._committed_between(bigint, bigint[], bigint, bigint[]) FROM PUBLIC;
