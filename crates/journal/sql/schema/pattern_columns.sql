-- The columns of a table that the options of a pattern name in a list: `excluded` or `hashed`.
CREATE OR REPLACE FUNCTION recall._pattern_columns(options jsonb, list text, table_oid oid)
RETURNS text[]
LANGUAGE sql
STABLE
SET search_path = pg_catalog, pg_temp
AS $function$
  SELECT coalesce(array_agg(a.attname::text ORDER BY a.attnum), '{}')
  FROM jsonb_array_elements(coalesce(options -> list, '[]')) AS o
  JOIN pg_class AS c ON c.oid = table_oid AND c.relname = o.value ->> 'table'
  JOIN pg_namespace AS n ON n.oid = c.relnamespace AND n.nspname = coalesce(o.value ->> 'schema', n.nspname)
  JOIN pg_attribute AS a
    ON a.attrelid = c.oid AND a.attname = o.value ->> 'column' AND a.attnum > 0 AND NOT a.attisdropped
$function$;

COMMENT ON FUNCTION recall._pattern_columns(jsonb, text, oid) IS
  'Internal: the columns of a table that the options of a pattern name.';
REVOKE ALL ON FUNCTION recall._pattern_columns(jsonb, text, oid) FROM PUBLIC;
