-- Notes an undo that is to be carried out in several transactions. One that takes another one back
-- comes in its place: what is left of that is not going to be done any more.
CREATE OR REPLACE FUNCTION recall._begin_undo_run(
  actor text, reason text, plan_hash text, plan jsonb, rows bigint, takes_back bigint
)
RETURNS bigint
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
  run bigint;
BEGIN
  IF takes_back IS NOT NULL THEN
    DELETE FROM recall.undo_run AS r WHERE r.id = $6;
    IF NOT FOUND THEN
      RAISE EXCEPTION 'there is no unfinished undo %', takes_back
        USING ERRCODE = 'no_data_found', HINT = 'list those that are with `pgrecall undo --runs`';
    END IF;
    DELETE FROM recall.undo_step AS s WHERE s.run = $6;
  END IF;
  INSERT INTO recall.undo_run (actor, reason, plan_hash, plan, rows, takes_back)
  VALUES ($1, $2, $3, $4, $5, $6)
  RETURNING id INTO run;
  RETURN run;
END
$function$;

COMMENT ON FUNCTION recall._begin_undo_run(text, text, text, jsonb, bigint, bigint) IS
  'Internal: notes an undo that is to be carried out in several transactions.';
REVOKE ALL ON FUNCTION recall._begin_undo_run(text, text, text, jsonb, bigint, bigint) FROM PUBLIC;
