-- Adds to the context of this transaction, or of the whole session. A key set to null is
-- forgotten.
CREATE OR REPLACE FUNCTION recall._set_context(context jsonb, for_transaction boolean)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
  IF context IS NULL OR jsonb_typeof(context) <> 'object' THEN
    RAISE EXCEPTION 'the context must be a JSON object'
      USING ERRCODE = 'invalid_parameter_value',
            HINT = 'for example: SELECT recall.set_context(''{"actor": "support-7", "reason": "ticket 4711"}'')';
  END IF;
  PERFORM set_config(
    'recall.context', jsonb_strip_nulls(recall._given_context() || context)::text, for_transaction
  );
END
$function$;

COMMENT ON FUNCTION recall._set_context(jsonb, boolean) IS
  'Internal: what recall.set_context() and recall.set_session_context() have in common.';
