-- Whether a partition is recorded under a table above it.
CREATE OR REPLACE FUNCTION recall._is_recorded_above(partition oid, own_relation integer)
RETURNS boolean
LANGUAGE sql
STABLE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
  SELECT EXISTS (
    SELECT
    FROM pg_partition_ancestors(partition) AS a
    JOIN recall.relation AS r ON r.oid = a.relid
    WHERE r.tracked AND r.id <> own_relation
  )
$function$;

COMMENT ON FUNCTION recall._is_recorded_above(oid, integer) IS
  'Internal: whether a partition is recorded under a table above it.';
REVOKE ALL ON FUNCTION recall._is_recorded_above(oid, integer) FROM PUBLIC;
