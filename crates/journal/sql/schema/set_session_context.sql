-- The same for the whole database session, for programs that hold a connection for one user.
CREATE OR REPLACE FUNCTION recall.set_session_context(context jsonb)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
  IF context IS NULL OR jsonb_typeof(context) <> 'object' THEN
    RAISE EXCEPTION 'the context must be a JSON object'
      USING ERRCODE = 'invalid_parameter_value',
            HINT = 'for example: SELECT recall.set_session_context(''{"actor": "nightly-import"}'')';
  END IF;
  PERFORM set_config('recall.context', jsonb_strip_nulls(recall._context() || context)::text, false);
END
$function$;

COMMENT ON FUNCTION recall.set_session_context(jsonb) IS
  'Sets who is behind the transactions of this database session; recall.set_context() adds to it per transaction.';
