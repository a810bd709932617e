-- The columns of the given tables in their order. `format` tells which session settings the text
-- form of a value depends on; what is not known to be independent counts as dependent on all. The
-- text of a domain is that of its base, and what an array or a range holds decides for it.
-- Works from PostgreSQL 13.
--
-- ARRAY(…): so that a plan for all calls looks no dearer to the server than one for each.
WITH RECURSIVE element (oid, attnum, type) AS (
  SELECT a.attrelid, a.attnum, a.atttypid
  FROM pg_catalog.pg_attribute AS a
  WHERE a.attrelid = ANY (ARRAY(SELECT pg_catalog.unnest($1::pg_catalog.oid[]))) AND a.attnum > 0 AND NOT a.attisdropped
  UNION ALL
  SELECT e.oid, e.attnum, i.type
  FROM element AS e
  JOIN pg_catalog.pg_type AS t ON t.oid = e.type
  LEFT JOIN pg_catalog.pg_range AS r ON r.rngtypid = t.oid
  CROSS JOIN LATERAL (
    SELECT CASE
      WHEN t.typtype = 'd' THEN t.typbasetype
      WHEN t.typtype = 'r' THEN r.rngsubtype
      WHEN t.typcategory = 'A' AND t.typlen = -1 THEN t.typelem
    END
  ) AS i (type)
  WHERE i.type <> 0
)
SELECT
  a.attrelid AS oid,
  a.attname,
  pg_catalog.format_type(a.atttypid, a.atttypmod) AS type,
  a.attgenerated <> '' AS generated,
  a.attgenerated = 'v' AS virtual,
  CASE
    WHEN t.typtype = 'e' THEN 'fixed'
    WHEN t.typnamespace <> 'pg_catalog'::pg_catalog.regnamespace THEN 'all'
    WHEN t.typname IN ('date', 'timestamp') THEN 'date'
    WHEN t.typname = 'timestamptz' THEN 'time_zone'
    WHEN t.typname = 'bytea' THEN 'bytea'
    WHEN t.typname IN ('float4', 'float8', 'point', 'line', 'lseg', 'box', 'path', 'polygon', 'circle') THEN 'float'
    WHEN t.typname = 'interval' THEN 'interval'
    WHEN t.typname IN (
      'bool', 'int2', 'int4', 'int8', 'numeric', 'oid', 'xid', 'xid8', 'text', 'varchar', 'bpchar', 'name', 'char',
      'uuid', 'json', 'jsonb', 'time', 'bit', 'varbit', 'inet', 'cidr', 'macaddr', 'macaddr8',
      'xml', 'jsonpath', 'tsvector', 'tsquery', 'pg_lsn', 'tid', 'cid', 'pg_snapshot', 'txid_snapshot'
    ) THEN 'fixed'
    WHEN t.typname LIKE 'reg%' AND t.typname NOT IN ('regrole', 'regnamespace') THEN 'names'
    ELSE 'all'
  END AS format
FROM pg_catalog.pg_attribute AS a
JOIN element AS e ON e.oid = a.attrelid AND e.attnum = a.attnum
JOIN pg_catalog.pg_type AS t
  ON t.oid = e.type AND t.typtype NOT IN ('d', 'r') AND NOT (t.typcategory = 'A' AND t.typlen = -1 AND t.typelem <> 0)
WHERE a.attrelid = ANY (ARRAY(SELECT pg_catalog.unnest($1::pg_catalog.oid[])))
ORDER BY a.attrelid, a.attnum
