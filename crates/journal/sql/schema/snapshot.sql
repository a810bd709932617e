-- Which transactions are visible to everybody now, in the numbers of the journal. The server leaves
-- the caller's own transaction out of the list of open ones; for everybody else it is open.
CREATE OR REPLACE FUNCTION recall._snapshot(OUT upper bigint, OUT open bigint[], OUT at timestamptz, OUT on_time boolean)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
  own   CONSTANT bigint := recall._tx();
  added CONSTANT bigint := own - txid_current();
  seen  pg_snapshot;
BEGIN
  -- Above this level all statements of a transaction see what the first one saw.
  on_time := current_setting('transaction_isolation') IN ('read committed', 'read uncommitted');
  seen := pg_current_snapshot();
  at := CASE WHEN on_time THEN clock_timestamp() ELSE now() END;
  upper := pg_snapshot_xmax(seen)::text::bigint + added;
  open := ARRAY(
    SELECT x::text::bigint + added FROM pg_snapshot_xip(seen) AS x
    UNION
    SELECT own WHERE own < upper
    ORDER BY 1
  );
END
$function$;

COMMENT ON FUNCTION recall._snapshot() IS 'Internal: which transactions are visible to everybody now.';
REVOKE ALL ON FUNCTION recall._snapshot() FROM PUBLIC;
