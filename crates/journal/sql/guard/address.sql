-- The condition of the trigger found that the client's address is none of those allowed.
CREATE OR REPLACE FUNCTION recall._guard_address()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
  PERFORM recall._refuse_address(TG_ARGV[0]::integer, lower(TG_OP));
  RETURN NULL;
END
$function$;

COMMENT ON FUNCTION recall._guard_address() IS 'Internal: refuses a change from an address that is not allowed.';
REVOKE ALL ON FUNCTION recall._guard_address() FROM PUBLIC;

CREATE OR REPLACE FUNCTION recall._refuse_address(relation integer, op text)
RETURNS void
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
  address CONSTANT text := coalesce(host(inet_client_addr()), 'local');
  name    text := (SELECT t.qualified_name FROM recall.tracked AS t WHERE t.id = relation);
BEGIN
  PERFORM recall._refuse(
    relation, 'address', op, address,
    format('table %s may not be changed from %s', name, replace(address, 'local', 'a local connection')),
    format('connect from a network that is allowed, or allow this one with `pgrecall track %s --allow-from %s`', name, address)
  );
END
$function$;

COMMENT ON FUNCTION recall._refuse_address(integer, text) IS
  'Internal: refuses a change from an address that is not allowed.';
REVOKE ALL ON FUNCTION recall._refuse_address(integer, text) FROM PUBLIC;
