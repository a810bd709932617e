-- For people at a psql prompt, where writing JSON is a nuisance.
CREATE OR REPLACE FUNCTION recall.set_tenant(tenant text)
RETURNS void
LANGUAGE sql
SET search_path = pg_catalog, pg_temp
AS $function$
  SELECT recall.set_context(pg_catalog.jsonb_build_object('tenant', tenant))
$function$;

COMMENT ON FUNCTION recall.set_tenant(text) IS 'Sets the tenant of this transaction.';
