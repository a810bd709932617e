-- Whether whoever asks may read a table: what a TRUNCATE removes is read with the rights of the journal's owner,
-- who may have lost them.
CREATE OR REPLACE FUNCTION recall._is_readable(table_oid oid)
RETURNS boolean
LANGUAGE sql
STABLE
SET search_path = pg_catalog, pg_temp
AS $function$
  SELECT has_schema_privilege(c.relnamespace, 'USAGE') AND has_table_privilege(c.oid, 'SELECT')
  FROM pg_class AS c
  WHERE c.oid = table_oid
$function$;

COMMENT ON FUNCTION recall._is_readable(oid) IS 'Internal: whether whoever asks may read a table.';
REVOKE ALL ON FUNCTION recall._is_readable(oid) FROM PUBLIC;
