-- What a table is now, as far as it matters for recording it. Columns go by their number, which stays
-- through renames; partitions by theirs.
CREATE OR REPLACE FUNCTION recall._seen(table_oid oid)
RETURNS jsonb
LANGUAGE sql
STABLE
SET search_path = pg_catalog, pg_temp
AS $function$
  SELECT jsonb_build_object(
    'name', format('%I.%I', n.nspname, c.relname),
    'columns', recall._columns_of(c.oid),
    'key', to_jsonb(recall._key_of(c.oid)),
    'partitions', (
      SELECT coalesce(jsonb_object_agg(t.relid::oid, t.relid::text), '{}')
      FROM pg_partition_tree(c.oid) AS t
      WHERE t.isleaf AND t.relid <> c.oid
    )
  )
  FROM pg_class AS c
  JOIN pg_namespace AS n ON n.oid = c.relnamespace
  WHERE c.oid = table_oid
$function$;

COMMENT ON FUNCTION recall._seen(oid) IS 'Internal: name, columns, key and partitions of a table.';
REVOKE ALL ON FUNCTION recall._seen(oid) FROM PUBLIC;
