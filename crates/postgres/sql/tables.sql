-- Every table of the database that is not PostgreSQL's own, temporary, or the journal's.
-- Works from PostgreSQL 13.
SELECT
  c.oid,
  n.nspname,
  c.relname,
  c.relkind = 'p' AS partitioned,
  c.relispartition AS partition,
  (
    SELECT coalesce(array_agg(a.attname::text ORDER BY k.position), '{}')
    FROM (
      SELECT i.indkey, i.indnkeyatts
      FROM pg_catalog.pg_index AS i
      WHERE i.indrelid = c.oid
        AND i.indisunique AND i.indisvalid
        AND i.indpred IS NULL AND i.indexprs IS NULL
        AND NOT EXISTS (
          SELECT
          FROM unnest(i.indkey[0:i.indnkeyatts - 1]) AS k (attnum)
          JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = k.attnum
          WHERE NOT a.attnotnull
        )
      ORDER BY i.indisprimary DESC, i.indisreplident DESC, i.indnkeyatts, i.indexrelid
      LIMIT 1
    ) AS best
    CROSS JOIN LATERAL unnest(best.indkey[0:best.indnkeyatts - 1]) WITH ORDINALITY AS k (attnum, position)
    JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = k.attnum
  ) AS key_columns,
  pg_catalog.pg_get_userbyid(c.relowner)::text AS owner,
  pg_catalog.pg_has_role(c.relowner, 'USAGE') AS owned
FROM pg_catalog.pg_class AS c
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p')
  AND c.relpersistence <> 't'
  AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'recall')
  AND n.nspname !~ '^pg_toast'
ORDER BY n.nspname, c.relname
