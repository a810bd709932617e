-- The columns that identify a row of a table. The same expression as `pgrecall` itself asks with.
CREATE OR REPLACE FUNCTION recall._key_of(table_oid oid)
RETURNS text[]
LANGUAGE sql
STABLE
SET search_path = pg_catalog, pg_temp
AS $function$
  SELECT {key_columns} FROM pg_class AS c WHERE c.oid = table_oid
$function$;

COMMENT ON FUNCTION recall._key_of(oid) IS 'Internal: the columns that identify a row of a table.';
REVOKE ALL ON FUNCTION recall._key_of(oid) FROM PUBLIC;
