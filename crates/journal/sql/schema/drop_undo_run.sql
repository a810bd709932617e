-- Forgets an undo of which nothing is done yet; gives whether there was one.
CREATE OR REPLACE FUNCTION recall._drop_undo_run(run bigint)
RETURNS boolean
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
  DELETE FROM recall.undo_run AS r WHERE r.id = $1 AND r.done = 0;
  IF FOUND THEN
    DELETE FROM recall.undo_step AS s WHERE s.run = $1;
    RETURN true;
  END IF;
  RETURN false;
END
$function$;

COMMENT ON FUNCTION recall._drop_undo_run(bigint) IS 'Internal: forgets an undo of which nothing is done yet.';
REVOKE ALL ON FUNCTION recall._drop_undo_run(bigint) FROM PUBLIC;
