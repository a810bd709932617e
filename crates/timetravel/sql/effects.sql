-- Which functions of these names and schemas may do more than compute, with what else is to be known
-- about them. Every one that the name can mean is looked at, because only the server knows which it is.
-- Functions of the server and of extensions, which somebody installed with more rights than a user's,
-- are believed when they say that they change nothing; of the rest of the server's, those are harmless
-- that make numbers.
SELECT
  n.nspname::text AS schema_name, p.proname::text AS function_name,
  CASE
    WHEN l.lanname = 'sql' AND p.provolatile <> 'v' AND NOT p.prosecdef AND p.proconfig IS NULL
      -- A column of PostgreSQL 14: a body that was parsed when the function was made.
      AND pg_catalog.to_jsonb(p) ->> 'prosqlbody' IS NULL
    THEN p.prosrc
  END AS body
FROM ROWS FROM (
  pg_catalog.unnest($1::text[]), pg_catalog.unnest($2::text[]), pg_catalog.unnest($3::boolean[])
) AS c (schema_name, name, is_field)
JOIN pg_catalog.pg_proc AS p ON p.proname::text = c.name
JOIN pg_catalog.pg_namespace AS n ON n.oid = p.pronamespace
JOIN pg_catalog.pg_language AS l ON l.oid = p.prolang
WHERE (n.nspname::text = c.schema_name OR (c.schema_name IS NULL AND n.nspname = ANY (pg_catalog.current_schemas(true))))
  -- `row.function` calls functions of a row.
  AND (
    NOT c.is_field
    OR (
      p.pronargs = 1
      AND EXISTS (SELECT FROM pg_catalog.pg_type AS t WHERE t.oid = p.proargtypes[0] AND t.typtype IN ('c', 'd', 'p'))
    )
  )
  AND NOT (
    p.provolatile <> 'v'
    AND (
      n.nspname = 'pg_catalog'
      OR EXISTS (
        SELECT
        FROM pg_catalog.pg_depend AS d
        WHERE d.classid = 'pg_catalog.pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
      )
    )
  )
  AND NOT (n.nspname = 'pg_catalog' AND p.proname IN ('random', 'clock_timestamp', 'timeofday', 'gen_random_uuid', 'uuidv4', 'uuidv7'))
GROUP BY 1, 2, 3
ORDER BY 1, 2
