-- Drops checkpoints with their copies; tells how many. Whoever reads a copy is not waited for long.
CREATE OR REPLACE FUNCTION recall._drop_checkpoints(ids bigint[])
RETURNS bigint
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
-- Shorter than deadlock_timeout: a reader never dies of it.
SET lock_timeout = '300ms'
AS $function$
DECLARE
  gone    text;
  dropped bigint := 0;
BEGIN
  FOR gone IN DELETE FROM recall.checkpoint AS c WHERE c.id = ANY (ids) RETURNING c.copy LOOP
    EXECUTE format('DROP TABLE IF EXISTS recall.%I', gone);
    dropped := dropped + 1;
  END LOOP;
  RETURN dropped;
END
$function$;

COMMENT ON FUNCTION recall._drop_checkpoints(bigint[]) IS 'Internal: drops checkpoints with their copies.';
REVOKE ALL ON FUNCTION recall._drop_checkpoints(bigint[]) FROM PUBLIC;

-- Drops those of a table that tell nothing any more, because it was altered, dropped or is recorded otherwise.
-- Their copies would keep the application from dropping the types of columns that are gone.
CREATE OR REPLACE FUNCTION recall._drop_unfit_checkpoints(relation integer)
RETURNS bigint
LANGUAGE sql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
  SELECT recall._drop_checkpoints(ARRAY(
    SELECT c.id FROM recall.checkpoint AS c WHERE c.relation = $1
    EXCEPT
    SELECT f.id FROM recall._fitting_checkpoints($1) AS f
  ))
$function$;

COMMENT ON FUNCTION recall._drop_unfit_checkpoints(integer) IS
  'Internal: drops the checkpoints of a table that tell nothing any more.';
REVOKE ALL ON FUNCTION recall._drop_unfit_checkpoints(integer) FROM PUBLIC;

-- The same in a command of the application, which must not fail because of it: what stays is not used, and goes
-- with the next recall.maintain().
CREATE OR REPLACE FUNCTION recall._try_drop_unfit_checkpoints(relation integer)
RETURNS void
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
  PERFORM recall._drop_unfit_checkpoints($1);
EXCEPTION WHEN OTHERS THEN
  NULL;
END
$function$;

COMMENT ON FUNCTION recall._try_drop_unfit_checkpoints(integer) IS
  'Internal: drops the checkpoints of a table that tell nothing any more, as far as possible.';
REVOKE ALL ON FUNCTION recall._try_drop_unfit_checkpoints(integer) FROM PUBLIC;

-- Drops those from before the times at which retention lets the changes of their tables begin, or else from
-- before what the saved terms say, and those that tell nothing any more. A copy that is being read stays, and is
-- told.
CREATE OR REPLACE FUNCTION recall._drop_old_checkpoints(
  relations integer[], cutoffs timestamptz[], OUT dropped bigint, OUT waiting text[]
)
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
  old bigint;
BEGIN
  dropped := 0;
  waiting := '{}';
  FOR old IN
    SELECT c.id
    FROM recall.checkpoint AS c
    WHERE EXISTS (
        SELECT FROM unnest(relations, cutoffs) AS w (relation, before)
        WHERE relations IS NOT NULL AND w.relation = c.relation AND c.at < w.before
      )
      OR EXISTS (
        SELECT FROM recall._cutoffs(NULL, NULL, false) AS w
        WHERE relations IS NULL AND w.relation = c.relation AND c.at < date_trunc('day', w.before, 'UTC')
      )
      OR NOT EXISTS (SELECT FROM recall._fitting_checkpoints(c.relation) AS f WHERE f.id = c.id)
    ORDER BY c.id
  LOOP
    BEGIN
      dropped := dropped + recall._drop_checkpoints(ARRAY[old]);
    EXCEPTION WHEN lock_not_available OR dependent_objects_still_exist THEN
      waiting := waiting || format('checkpoint %s is in use, so it could not be dropped', old);
    END;
  END LOOP;
END
$function$;

COMMENT ON FUNCTION recall._drop_old_checkpoints(integer[], timestamptz[]) IS
  'Internal: drops the checkpoints that retention does not let stay, and those that tell nothing any more.';
REVOKE ALL ON FUNCTION recall._drop_old_checkpoints(integer[], timestamptz[]) FROM PUBLIC;
