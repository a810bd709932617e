-- The columns of the given tables in their order. `format` tells which session settings the text
-- form of a value depends on; what is not known to be independent counts as dependent on all.
-- Works from PostgreSQL 13.
WITH RECURSIVE base (oid, attnum, type) AS (
  SELECT a.attrelid, a.attnum, a.atttypid
  FROM pg_catalog.pg_attribute AS a
  WHERE a.attrelid = ANY ($1) AND a.attnum > 0 AND NOT a.attisdropped
  UNION ALL
  SELECT b.oid, b.attnum, t.typbasetype
  FROM base AS b
  JOIN pg_catalog.pg_type AS t ON t.oid = b.type AND t.typtype = 'd'
)
SELECT
  a.attrelid AS oid,
  a.attname,
  pg_catalog.format_type(a.atttypid, a.atttypmod) AS type,
  a.attgenerated <> '' AS generated,
  a.attgenerated = 'v' AS virtual,
  CASE
    WHEN t.typtype = 'e' THEN 'fixed'
    WHEN t.typname IN ('date', 'timestamp') THEN 'date'
    WHEN t.typname = 'timestamptz' THEN 'time_zone'
    WHEN t.typname = 'bytea' THEN 'bytea'
    WHEN t.typname IN ('float4', 'float8') THEN 'float'
    WHEN t.typname = 'interval' THEN 'interval'
    WHEN t.typname IN (
      'bool', 'int2', 'int4', 'int8', 'numeric', 'oid', 'xid', 'xid8', 'text', 'varchar', 'bpchar', 'name', 'char',
      'uuid', 'json', 'jsonb', 'time', 'bit', 'varbit', 'inet', 'cidr', 'macaddr', 'macaddr8'
    ) THEN 'fixed'
    ELSE 'all'
  END AS format
FROM pg_catalog.pg_attribute AS a
JOIN base AS b ON b.oid = a.attrelid AND b.attnum = a.attnum
JOIN pg_catalog.pg_type AS t ON t.oid = b.type AND t.typtype <> 'd'
WHERE a.attrelid = ANY ($1)
ORDER BY a.attrelid, a.attnum
