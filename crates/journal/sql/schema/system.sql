-- What tells this cluster from every other one. Some services do not tell.
CREATE OR REPLACE FUNCTION recall._system()
RETURNS text
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
  RETURN (SELECT s.system_identifier::text FROM pg_control_system() AS s);
EXCEPTION WHEN insufficient_privilege THEN
  RETURN '';
END
$function$;

COMMENT ON FUNCTION recall._system() IS 'Internal: the identifier of the cluster.';
REVOKE ALL ON FUNCTION recall._system() FROM PUBLIC;
