-- The columns of a table by their numbers, which stay through renames: {"1": [name, type]}. The
-- search_path is pinned because the names of types depend on it.
CREATE OR REPLACE FUNCTION recall._columns_of(table_oid oid)
RETURNS jsonb
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
  RETURN (
    SELECT coalesce(
      jsonb_object_agg(a.attnum, jsonb_build_array(a.attname, format_type(a.atttypid, a.atttypmod))), '{}'
    )
    FROM pg_attribute AS a
    WHERE a.attrelid = table_oid AND a.attnum > 0 AND NOT a.attisdropped
  );
END
$function$;

COMMENT ON FUNCTION recall._columns_of(oid) IS 'Internal: the columns of a table by their numbers.';
REVOKE ALL ON FUNCTION recall._columns_of(oid) FROM PUBLIC;
