-- Whether this is another cluster than the one that a capture function was written in. Marked
-- immutable, so that the server works it out once a session and not for each row: a session does
-- not move to another cluster.
CREATE OR REPLACE FUNCTION recall._is_elsewhere(system text)
RETURNS boolean
LANGUAGE plpgsql
IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
  RETURN recall._system() <> system;
END
$function$;

COMMENT ON FUNCTION recall._is_elsewhere(text) IS
  'Internal: whether this is another cluster than the named one.';
REVOKE ALL ON FUNCTION recall._is_elsewhere(text) FROM PUBLIC;
