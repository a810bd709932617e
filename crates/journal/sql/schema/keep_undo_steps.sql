-- Keeps steps of an undo. They come as values, because the owner of the journal cannot read the
-- temporary table of somebody else.
CREATE OR REPLACE FUNCTION recall._keep_undo_steps(steps recall.undo_step[])
RETURNS bigint
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
  kept bigint;
BEGIN
  INSERT INTO recall.undo_step
  SELECT s.* FROM unnest(steps) AS s;
  GET DIAGNOSTICS kept = ROW_COUNT;
  RETURN kept;
END
$function$;

COMMENT ON FUNCTION recall._keep_undo_steps(recall.undo_step[]) IS 'Internal: keeps steps of an undo.';
REVOKE ALL ON FUNCTION recall._keep_undo_steps(recall.undo_step[]) FROM PUBLIC;
