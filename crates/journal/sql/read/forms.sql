-- What these tables looked like, from when on, the oldest first; and what it looks like now where
-- that has not been noticed yet. A type that is no longer there is text.
--
-- ARRAY(…): so that a plan for all calls looks no dearer to the server than one for each.
WITH present AS (
  SELECT
    r.id AS relation, f.tx AS last_tx, f.at AS last_at, f.change AS last_change,
    coalesce(n.nspname, f.schema_name) AS schema_name, coalesce(c.relname, f.table_name) AS table_name,
    o.columns
  FROM recall.relation AS r
  JOIN LATERAL (
    SELECT f.* FROM recall.form AS f WHERE f.relation = r.id ORDER BY f.id DESC LIMIT 1
  ) AS f ON true
  LEFT JOIN pg_catalog.pg_class AS c ON c.oid = r.oid AND c.relkind IN ('r', 'p')
  LEFT JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
  -- OFFSET 0: found out once, and not for each use of it.
  CROSS JOIN LATERAL (SELECT CASE WHEN c.oid IS NOT NULL THEN recall._columns_of(c.oid) END AS columns OFFSET 0) AS o
  WHERE r.id = ANY (ARRAY(SELECT unnest($1::integer[]))) AND (f.schema_name, f.table_name, f.columns) IS DISTINCT FROM (
    coalesce(n.nspname, f.schema_name), coalesce(c.relname, f.table_name), o.columns
  )
),
form AS (
  SELECT
    f.id, f.relation, f.tx, f.at, f.change, f.after_tx, f.after_at, f.schema_name, f.table_name, f.columns, f.given
  FROM recall.form AS f
  WHERE f.relation = ANY (ARRAY(SELECT unnest($1::integer[])))
  UNION ALL
  -- Changes that name their columns themselves came after the alteration, those before them did not.
  SELECT
    NULL, p.relation, t.tx, t.at, t.id, coalesce(b.tx, p.last_tx), coalesce(b.at, p.last_at),
    p.schema_name, p.table_name, p.columns, '{}'
  FROM present AS p
  LEFT JOIN LATERAL (
    SELECT c.id, c.tx, c.at
    FROM recall.change AS c
    WHERE c.relation = p.relation AND c.id >= p.last_change AND (c.shape IS NOT NULL OR p.columns IS NULL)
    ORDER BY c.id DESC
    LIMIT 1
  ) AS b ON true
  LEFT JOIN LATERAL (
    SELECT c.id, c.tx, c.at
    FROM recall.change AS c
    WHERE b.id IS NOT NULL AND c.relation = p.relation AND c.id > b.id
    ORDER BY c.id
    LIMIT 1
  ) AS t ON true
)
SELECT
  f.relation, f.tx, f.at, f.change, f.after_tx, f.after_at, f.schema_name, f.table_name, f.columns IS NULL AS gone,
  k.numbers, k.names, k.types, f.given
FROM form AS f
CROSS JOIN LATERAL (
  SELECT
    coalesce(pg_catalog.array_agg(e.key::pg_catalog.int2 ORDER BY e.key::pg_catalog.int2), '{}') AS numbers,
    coalesce(pg_catalog.array_agg(e.value ->> 0 ORDER BY e.key::pg_catalog.int2), '{}') AS names,
    coalesce(
      pg_catalog.array_agg(
        CASE WHEN pg_catalog.to_regtype(e.value ->> 1) IS NULL THEN 'text' ELSE e.value ->> 1 END
        ORDER BY e.key::pg_catalog.int2
      ),
      '{}'
    ) AS types
  FROM pg_catalog.jsonb_each(coalesce(f.columns, '{}')) AS e
) AS k
ORDER BY f.relation, f.id NULLS LAST
