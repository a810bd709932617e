-- Says after how many changes of a table the upkeep takes a checkpoint, and how many it keeps; null: none any more.
-- Tells whether it took any before.
CREATE OR REPLACE FUNCTION recall._checkpoint_every(relation integer, changes bigint, keep integer)
RETURNS boolean
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
  took CONSTANT boolean := EXISTS (SELECT FROM recall.checkpoint_policy AS p WHERE p.relation = $1);
BEGIN
  IF changes IS NULL THEN
    DELETE FROM recall.checkpoint_policy AS p WHERE p.relation = $1;
  ELSE
    INSERT INTO recall.checkpoint_policy AS p (relation, changes, keep)
    VALUES ($1, $2, $3)
    ON CONFLICT ON CONSTRAINT checkpoint_policy_pkey DO UPDATE
    SET changes = excluded.changes, keep = excluded.keep, set_by = excluded.set_by, set_at = excluded.set_at;
  END IF;
  RETURN took;
END
$function$;

COMMENT ON FUNCTION recall._checkpoint_every(integer, bigint, integer) IS
  'Internal: says after how many changes of a table in recall.relation the upkeep takes a checkpoint; null: none.';
REVOKE ALL ON FUNCTION recall._checkpoint_every(integer, bigint, integer) FROM PUBLIC;
