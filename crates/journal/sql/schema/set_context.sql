-- Says who is behind this transaction, and why. Several calls add up. It ends with the
-- transaction, so a pooled connection leaks nothing to the next user.
CREATE OR REPLACE FUNCTION recall.set_context(context jsonb)
RETURNS void
LANGUAGE sql
SET search_path = pg_catalog, pg_temp
AS $function$
  SELECT recall._set_context(context, true)
$function$;

COMMENT ON FUNCTION recall.set_context(jsonb) IS
  'Sets who is behind this transaction: actor, actor_email, tenant, session, request, reason, application, ip, '
  'user_agent, and any further keys. Call it before the first change of the transaction.';
