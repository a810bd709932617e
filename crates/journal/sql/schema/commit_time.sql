-- When a transaction of the present incarnation was committed, as far as the server knows it: null
-- while track_commit_timestamp is off, and for transactions that it has forgotten.
CREATE OR REPLACE FUNCTION recall._commit_time(tx bigint)
RETURNS timestamptz
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
  xid bigint;
BEGIN
  IF NOT current_setting('track_commit_timestamp')::boolean THEN
    RETURN NULL;
  END IF;
  xid := tx - (SELECT i.tx_offset FROM recall.incarnation AS i ORDER BY i.id DESC LIMIT 1);
  -- The server asks for the lower half of the number, which comes round again.
  IF xid < 3 OR xid < pg_snapshot_xmax(pg_current_snapshot())::text::bigint - 2000000000 THEN
    RETURN NULL;
  END IF;
  RETURN pg_xact_commit_timestamp(xid::text::xid8::xid);
END
$function$;

COMMENT ON FUNCTION recall._commit_time(bigint) IS
  'Internal: when a transaction of the present incarnation was committed, as far as the server knows it.';
REVOKE ALL ON FUNCTION recall._commit_time(bigint) FROM PUBLIC;
