-- What differs between two answers of recall._seen(); an empty object if nothing does.
CREATE OR REPLACE FUNCTION recall._difference(before jsonb, after jsonb)
RETURNS jsonb
LANGUAGE sql
IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $function$
  SELECT jsonb_strip_nulls(jsonb_build_object(
    'name', CASE
      WHEN before -> 'name' <> after -> 'name' THEN jsonb_build_object('was', before -> 'name', 'is', after -> 'name')
    END,
    'key', CASE
      WHEN before -> 'key' <> after -> 'key' THEN jsonb_build_object('was', before -> 'key', 'is', after -> 'key')
    END,
    'columns', (
      SELECT jsonb_agg(
        jsonb_strip_nulls(jsonb_build_object(
          'column', coalesce(n.value, o.value) -> 0,
          'change', CASE
            WHEN o.value IS NULL THEN 'added'
            WHEN n.value IS NULL THEN 'dropped'
            WHEN o.value -> 0 <> n.value -> 0 THEN 'renamed'
            ELSE 'retyped'
          END,
          'was', CASE WHEN o.value -> 0 <> n.value -> 0 THEN o.value -> 0 END,
          'type', n.value -> 1,
          'type_was', CASE WHEN n.value IS NULL OR o.value -> 1 <> n.value -> 1 THEN o.value -> 1 END
        ))
        ORDER BY key::integer
      )
      FROM jsonb_each(before -> 'columns') AS o
      FULL JOIN jsonb_each(after -> 'columns') AS n USING (key)
      WHERE o.value IS DISTINCT FROM n.value
    ),
    'partitions', (
      SELECT jsonb_strip_nulls(jsonb_build_object(
        'came', jsonb_agg(n.value ORDER BY n.value #>> '{}') FILTER (WHERE o.key IS NULL),
        'went', jsonb_agg(o.value ORDER BY o.value #>> '{}') FILTER (WHERE n.key IS NULL)
      ))
      FROM jsonb_each(before -> 'partitions') AS o
      FULL JOIN jsonb_each(after -> 'partitions') AS n USING (key)
      WHERE o.key IS NULL OR n.key IS NULL
      HAVING count(*) > 0
    )
  ))
$function$;

COMMENT ON FUNCTION recall._difference(jsonb, jsonb) IS 'Internal: what became of a table.';
REVOKE ALL ON FUNCTION recall._difference(jsonb, jsonb) FROM PUBLIC;
