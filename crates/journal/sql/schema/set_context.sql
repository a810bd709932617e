-- Says who is behind this transaction, and why. Several calls add up; a key set to null is
-- forgotten. It ends with the transaction, so a pooled connection leaks nothing to the next user.
CREATE OR REPLACE FUNCTION recall.set_context(context jsonb)
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
  PERFORM set_config('recall.context', jsonb_strip_nulls(recall._context() || context)::text, true);
END
$function$;

COMMENT ON FUNCTION recall.set_context(jsonb) IS
  'Sets who is behind this transaction: actor, actor_email, tenant, session, request, reason, application, ip, '
  'user_agent, and any further keys. Call it before the first change of the transaction.';
