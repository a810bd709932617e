-- Says in the journal what the current transaction takes back. Who may call it may take changes back;
-- what they may do to the tables is up to these.
CREATE OR REPLACE FUNCTION recall._record_undo(
  reverses bigint[], changes int8range[], plan_hash text, selection jsonb,
  run bigint DEFAULT NULL, as_owner boolean DEFAULT false
)
RETURNS bigint
LANGUAGE sql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
  INSERT INTO recall.undo (tx, reverses, changes, plan_hash, selection, run, as_owner)
  SELECT recall._begin_transaction(), $1, $2, $3, $4, $5, $6
  RETURNING tx
$function$;

COMMENT ON FUNCTION recall._record_undo(bigint[], int8range[], text, jsonb, bigint, boolean) IS
  'Internal: says in the journal what the current transaction takes back.';
REVOKE ALL ON FUNCTION recall._record_undo(bigint[], int8range[], text, jsonb, bigint, boolean) FROM PUBLIC;
