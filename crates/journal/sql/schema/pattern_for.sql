-- The pattern that decides about a table; nothing if none fits. What belongs to an extension is the
-- extension's, and what goes with the session is not worth a record.
CREATE OR REPLACE FUNCTION recall._pattern_for(table_oid oid)
RETURNS recall.pattern
LANGUAGE sql
STABLE
SET search_path = pg_catalog, pg_temp
AS $function$
  SELECT p.*
  FROM pg_class AS c
  JOIN pg_namespace AS n ON n.oid = c.relnamespace
  JOIN recall.pattern AS p ON c.relname LIKE p.table_like AND (p.schema_like IS NULL OR n.nspname LIKE p.schema_like)
  WHERE c.oid = table_oid
    AND c.relkind IN ('r', 'p')
    AND c.relpersistence <> 't'
    AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'recall', 'recall_control')
    AND n.nspname !~ '^pg_(toast|temp)'
    AND NOT EXISTS (
      SELECT FROM pg_depend AS d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'
    )
  ORDER BY p.id DESC
  LIMIT 1
$function$;

COMMENT ON FUNCTION recall._pattern_for(oid) IS 'Internal: the pattern that decides about a table.';
REVOKE ALL ON FUNCTION recall._pattern_for(oid) FROM PUBLIC;
