-- The same for the whole database session, for programs that hold a connection for one user.
CREATE OR REPLACE FUNCTION recall.set_session_context(context jsonb)
RETURNS void
LANGUAGE sql
SET search_path = pg_catalog, pg_temp
AS $function$
  SELECT recall._set_context(context, false)
$function$;

COMMENT ON FUNCTION recall.set_session_context(jsonb) IS
  'Sets who is behind the transactions of this database session; recall.set_context() adds to it per transaction.';
