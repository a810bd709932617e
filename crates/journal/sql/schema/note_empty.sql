-- Writes down that a table had no row when its tracking began: one that has no page has none. Whoever
-- tracks it keeps others from writing meanwhile.
CREATE OR REPLACE FUNCTION recall._note_empty(relation integer, table_oid oid)
RETURNS void
LANGUAGE sql
SET search_path = pg_catalog, pg_temp
AS $function$
  INSERT INTO recall.baseline (relation, tx, at, upper, open, rows)
  SELECT $1, recall._begin_transaction(), clock_timestamp(), 0, '{}', 0
  WHERE pg_relation_size($2) = 0
    AND NOT EXISTS (
      SELECT FROM pg_partition_tree($2) AS t WHERE t.isleaf AND t.relid <> $2 AND pg_relation_size(t.relid) > 0
    )
$function$;

COMMENT ON FUNCTION recall._note_empty(integer, oid) IS
  'Internal: writes down that a table had no row when its tracking began.';
REVOKE ALL ON FUNCTION recall._note_empty(integer, oid) FROM PUBLIC;
