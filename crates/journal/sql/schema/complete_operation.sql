-- Ends work done by hand.
CREATE OR REPLACE FUNCTION recall.complete_operation(
  id bigint, success boolean, message text DEFAULT NULL, details jsonb DEFAULT '{}'
)
RETURNS void
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
  found recall.operation;
BEGIN
  IF id IS NULL OR success IS NULL OR jsonb_typeof(coalesce(details, '{}')) <> 'object' THEN
    RAISE EXCEPTION 'an operation is completed with its number, true or false, and details that are a JSON object'
      USING ERRCODE = 'invalid_parameter_value',
            HINT = 'for example: SELECT recall.complete_operation(7, true, ''12 invoices corrected'')';
  END IF;
  SELECT o.* INTO found FROM recall.operation AS o WHERE o.id = $1 FOR UPDATE;
  IF found.id IS NULL THEN
    RAISE EXCEPTION 'there is no operation %', id
      USING ERRCODE = 'no_data_found', HINT = 'recall.track_operation() begins one and returns its number';
  END IF;
  -- The owner of this function is the owner of the journal.
  IF found.database_user <> session_user AND NOT pg_has_role(session_user, current_user, 'USAGE') THEN
    RAISE EXCEPTION 'operation % was begun by another database user', id
      USING ERRCODE = 'insufficient_privilege', HINT = 'complete it as that user or as the owner of the journal';
  END IF;
  IF found.completed_at IS NOT NULL THEN
    RAISE EXCEPTION 'operation % was completed already', id
      USING ERRCODE = 'object_not_in_prerequisite_state',
            HINT = 'begin another one with recall.track_operation()';
  END IF;
  UPDATE recall.operation AS o
  SET completed_at = clock_timestamp(),
      completed_tx = recall._begin_transaction(),
      success = $2,
      message = left($3, 2000),
      details = coalesce($4, '{}')
  WHERE o.id = $1;
  IF current_setting('recall.operation', true) = id::text THEN
    PERFORM set_config('recall.operation', '', false);
  END IF;
END
$function$;

COMMENT ON FUNCTION recall.complete_operation(bigint, boolean, text, jsonb) IS
  'Ends an operation that recall.track_operation() began: its number, whether it succeeded, a message, details.';
