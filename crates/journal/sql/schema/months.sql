-- The partitions of the journal with their bounds; the default partition has none.
CREATE OR REPLACE FUNCTION recall._months()
RETURNS TABLE (partition name, from_at timestamptz, until_at timestamptz)
LANGUAGE sql
STABLE
SET search_path = pg_catalog, pg_temp
SET TimeZone = 'UTC'
SET DateStyle = 'ISO, YMD'
AS $function$
  SELECT
    c.relname,
    substring(pg_get_expr(c.relpartbound, c.oid) FROM 'FROM \(''([^'']+)''\)')::timestamptz,
    substring(pg_get_expr(c.relpartbound, c.oid) FROM 'TO \(''([^'']+)''\)')::timestamptz
  FROM pg_inherits AS i
  JOIN pg_class AS c ON c.oid = i.inhrelid
  WHERE i.inhparent = 'recall.change'::regclass
  ORDER BY 2 NULLS LAST
$function$;

COMMENT ON FUNCTION recall._months() IS 'Internal: the partitions of the journal with their bounds.';
REVOKE ALL ON FUNCTION recall._months() FROM PUBLIC;
