-- For people at a psql prompt, where writing JSON is a nuisance.
CREATE OR REPLACE FUNCTION recall.set_actor(actor text)
RETURNS void
LANGUAGE sql
SET search_path = pg_catalog, pg_temp
AS $function$
  SELECT recall.set_context(pg_catalog.jsonb_build_object('actor', actor))
$function$;

COMMENT ON FUNCTION recall.set_actor(text) IS 'Sets the actor of this transaction.';
