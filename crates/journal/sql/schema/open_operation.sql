-- The operation that the context names, if there is one and it is open. The context may hold
-- anything.
CREATE OR REPLACE FUNCTION recall._open_operation(given text)
RETURNS bigint
LANGUAGE plpgsql
STABLE STRICT
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
  IF given !~ '^[0-9]{1,18}$' THEN
    RETURN NULL;
  END IF;
  RETURN (
    SELECT o.id FROM recall.operation AS o WHERE o.id = given::bigint AND o.completed_at IS NULL
  );
END
$function$;

COMMENT ON FUNCTION recall._open_operation(text) IS
  'Internal: the open operation that the context names; null if there is none.';
REVOKE ALL ON FUNCTION recall._open_operation(text) FROM PUBLIC;
