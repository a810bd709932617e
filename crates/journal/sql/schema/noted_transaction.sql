-- The number of the current transaction, if it was noted. The transaction-local setting alone could
-- be forged; it counts only if two sequences of the session, which no client can set, say the same.
-- The setting is needed all the same: a rollback to a savepoint takes it back with the row.
--
-- No table is read for it: that would make serializable transactions collide that have nothing to
-- do with each other.
CREATE OR REPLACE FUNCTION recall._noted_transaction()
RETURNS bigint
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
  own_xid CONSTANT text := pg_current_xact_id()::text;
  noted   CONSTANT text := current_setting('recall.transaction', true);
BEGIN
  IF noted IS NULL OR noted NOT LIKE own_xid || ':%' THEN
    RETURN NULL;
  END IF;
  IF currval('recall.noted_xid')::text = own_xid
    AND noted = own_xid || ':' || currval('recall.noted_tx')::text
  THEN
    RETURN currval('recall.noted_tx');
  END IF;
  RETURN NULL;
EXCEPTION WHEN object_not_in_prerequisite_state THEN
  -- DISCARD SEQUENCES: the number is found again in the table.
  RETURN NULL;
END
$function$;

COMMENT ON FUNCTION recall._noted_transaction() IS
  'Internal: the number of the current transaction in recall.transaction, if this session has noted it.';
REVOKE ALL ON FUNCTION recall._noted_transaction() FROM PUBLIC;
