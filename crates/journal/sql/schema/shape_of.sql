-- The shape of a table with the given recorded columns, those in `hashed` as a hash. The search_path is
-- pinned because the names of types depend on it.
--
-- In PL/pgSQL, like others that are asked at every look at a table: a session plans its query once, and
-- that of a function in SQL each time, which takes longer than to answer it.
CREATE OR REPLACE FUNCTION recall._shape_of(table_oid oid, recorded text[], hashed text[])
RETURNS recall.shape
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
  shape recall.shape;
BEGIN
  WITH RECURSIVE base (attnum, type, typmod) AS (
    SELECT a.attnum, a.atttypid, a.atttypmod
    FROM pg_attribute AS a
    WHERE a.attrelid = table_oid AND a.attname = ANY (recorded)
    UNION ALL
    SELECT b.attnum, t.typbasetype, t.typtypmod
    FROM base AS b
    JOIN pg_type AS t ON t.oid = b.type AND t.typtype = 'd'
  )
  SELECT
    NULL::integer, NULL::integer,
    coalesce(array_agg(a.attname::text ORDER BY a.attnum), '{}'),
    coalesce(array_agg(
      CASE WHEN a.attname = ANY (hashed) THEN '' ELSE format_type(a.atttypid, a.atttypmod) END ORDER BY a.attnum
    ), '{}'),
    coalesce(array_agg(
      CASE
        -- JSON cannot hold arrays of these so that they could be told from what is in them.
        WHEN a.attname = ANY (hashed) OR t.typname IN ('_json', '_jsonb', 'int2vector', 'oidvector') THEN 'text'
        -- What these read back depends on a setting of the reader, or on what the database holds then.
        WHEN t.typname ~ '^_?(money|xml|aclitem|reg.*)$' THEN 'text'
        WHEN t.typnamespace = 'pg_catalog'::regnamespace AND t.typtype IN ('b', 'r', 'm') THEN
          -- Without its limits: an image that was written after they were lifted must stay readable.
          format_type(b.type, -1)
        ELSE 'text'
      END
      ORDER BY a.attnum
    ), '{}'),
    coalesce(array_agg(a.attnum ORDER BY a.attnum), '{}')
  INTO shape
  FROM base AS b
  JOIN pg_type AS t ON t.oid = b.type AND t.typtype <> 'd'
  JOIN pg_attribute AS a ON a.attrelid = table_oid AND a.attnum = b.attnum;
  RETURN shape;
END
$function$;

COMMENT ON FUNCTION recall._shape_of(oid, text[], text[]) IS 'Internal: the shape that a table has now.';
REVOKE ALL ON FUNCTION recall._shape_of(oid, text[], text[]) FROM PUBLIC;
