-- For people at a psql prompt, where writing JSON is a nuisance.
CREATE OR REPLACE FUNCTION recall.set_reason(reason text)
RETURNS void
LANGUAGE sql
SET search_path = pg_catalog, pg_temp
AS $function$
  SELECT recall.set_context(pg_catalog.jsonb_build_object('reason', reason))
$function$;

COMMENT ON FUNCTION recall.set_reason(text) IS 'Sets the reason of this transaction.';
