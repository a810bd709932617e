-- The number of the current transaction. In a cluster that the journal has not been in before a new
-- incarnation begins, whose numbers come after all that are there.
CREATE OR REPLACE FUNCTION recall._tx()
RETURNS bigint
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
  own_system CONSTANT text := recall._system();
  present    recall.incarnation;
BEGIN
  SELECT i.* INTO present FROM recall.incarnation AS i ORDER BY i.id DESC LIMIT 1;
  IF present.system IS DISTINCT FROM own_system THEN
    -- One incarnation, whoever comes first; the number is arbitrary and only ours.
    PERFORM pg_advisory_xact_lock(7236837713);
    SELECT i.* INTO present FROM recall.incarnation AS i ORDER BY i.id DESC LIMIT 1;
  END IF;
  IF present.system IS DISTINCT FROM own_system THEN
    INSERT INTO recall.incarnation (system, tx_offset)
    SELECT own_system, greatest(
      0,
      1 - pg_snapshot_xmin(pg_current_snapshot())::text::bigint + greatest(
        (SELECT max(c.tx) FROM recall.change AS c), (SELECT max(t.id) FROM recall.transaction AS t),
        (SELECT max(r.until_tx) FROM recall.retention AS r),
        -- What was not visible at a tick there must not be taken for what comes here.
        (SELECT max(k.upper) FROM recall.tick AS k), 0
      )
    )
    RETURNING * INTO present;
  END IF;
  RETURN txid_current() + present.tx_offset;
END
$function$;

COMMENT ON FUNCTION recall._tx() IS 'Internal: the number of the current transaction.';
REVOKE ALL ON FUNCTION recall._tx() FROM PUBLIC;
