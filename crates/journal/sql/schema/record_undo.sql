-- Says in the journal what the current transaction takes back. Who may call it may take changes back;
-- what they may do to the tables is up to these.
CREATE OR REPLACE FUNCTION recall._record_undo(
  reverses bigint[], changes int8range[], plan_hash text, selection jsonb
)
RETURNS bigint
LANGUAGE sql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
  INSERT INTO recall.undo (tx, reverses, changes, plan_hash, selection)
  SELECT recall._begin_transaction(), $1, $2, $3, $4
  RETURNING tx
$function$;

COMMENT ON FUNCTION recall._record_undo(bigint[], int8range[], text, jsonb) IS
  'Internal: says in the journal what the current transaction takes back.';
REVOKE ALL ON FUNCTION recall._record_undo(bigint[], int8range[], text, jsonb) FROM PUBLIC;
