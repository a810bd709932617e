-- Whether every trigger that records a table is where it has to be, and fires always. Partitions that are
-- foreign tables have none for TRUNCATE.
CREATE OR REPLACE FUNCTION recall._is_hung(relation integer)
RETURNS boolean
LANGUAGE sql
STABLE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
  SELECT NOT EXISTS (
    SELECT
    FROM recall.relation AS r
    CROSS JOIN LATERAL (
      SELECT t.relid::oid AS oid, p.relkind = 'r' AS isleaf
      FROM pg_partition_tree(r.oid) AS t
      JOIN pg_class AS p ON p.oid = t.relid
      WHERE t.isleaf OR t.relid = r.oid
      UNION
      SELECT c.oid, true FROM pg_class AS c WHERE c.oid = r.oid AND c.relkind = 'r'
    ) AS t
    CROSS JOIN (
      VALUES
        ('insert', false), ('update', false), ('delete', false), ('truncate', false),
        ('begin', true), ('inserted', true), ('updated', true), ('deleted', true)
    ) AS o (operation, for_each_statement)
    WHERE r.id = $1
      AND (t.isleaf OR o.operation <> 'truncate')
      AND (r.for_each = 'statement' OR NOT o.for_each_statement)
      AND NOT EXISTS (
        SELECT
        FROM pg_trigger AS g
        JOIN pg_proc AS p ON p.oid = g.tgfoid
        WHERE g.tgrelid = t.oid
          AND g.tgenabled = 'A'
          AND p.pronamespace = 'recall'::regnamespace
          AND (
            p.proname = format('capture_%s_%s', r.id, o.operation)
            OR (p.proname = '_capture_new' AND g.tgname = format('!recall_%s_%s', r.id, o.operation))
          )
      )
  )
$function$;

COMMENT ON FUNCTION recall._is_hung(integer) IS
  'Internal: whether every trigger that records a table is there and fires always.';
REVOKE ALL ON FUNCTION recall._is_hung(integer) FROM PUBLIC;
