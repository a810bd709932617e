-- A gap that begins and ends with the current transaction.
CREATE OR REPLACE FUNCTION recall._note_gap(relation integer, reason text, tx bigint)
RETURNS void
LANGUAGE sql
SET search_path = pg_catalog, pg_temp
AS $function$
  INSERT INTO recall.gap (relation, reason, from_tx, from_at, until_tx, until_at)
  VALUES (relation, reason, tx, clock_timestamp(), tx, clock_timestamp())
$function$;

COMMENT ON FUNCTION recall._note_gap(integer, text, bigint) IS
  'Internal: notes that changes of a table may be missing from the current transaction.';
REVOKE ALL ON FUNCTION recall._note_gap(integer, text, bigint) FROM PUBLIC;
