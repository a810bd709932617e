-- Whether a table is a partition. Marked immutable for the same reason as recall._is_altered(); asked of
-- the server's own cache, because an older snapshot would show the table as it was.
CREATE OR REPLACE FUNCTION recall._is_partition(relation oid)
RETURNS boolean
LANGUAGE plpgsql
IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
  RETURN pg_partition_root(relation) IS NOT NULL;
END
$function$;

COMMENT ON FUNCTION recall._is_partition(oid) IS 'Internal: whether a table is a partition.';
REVOKE ALL ON FUNCTION recall._is_partition(oid) FROM PUBLIC;
