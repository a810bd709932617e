-- Says that the current transaction carries out a part of an undo; gives how many steps it had. The
-- run ends with its last step.
CREATE OR REPLACE FUNCTION recall._advance_undo_run(run bigint, part integer)
RETURNS bigint
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
  taken bigint;
BEGIN
  DELETE FROM recall.undo_step AS s WHERE s.run = $1 AND s.part = $2;
  GET DIAGNOSTICS taken = ROW_COUNT;
  IF EXISTS (SELECT FROM recall.undo_step AS s WHERE s.run = $1) THEN
    UPDATE recall.undo_run AS r SET done = r.done + taken WHERE r.id = $1;
  ELSE
    DELETE FROM recall.undo_run AS r WHERE r.id = $1;
  END IF;
  RETURN taken;
END
$function$;

COMMENT ON FUNCTION recall._advance_undo_run(bigint, integer) IS
  'Internal: says that the current transaction carries out a part of an undo.';
REVOKE ALL ON FUNCTION recall._advance_undo_run(bigint, integer) FROM PUBLIC;
