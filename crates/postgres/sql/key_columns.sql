-- The key of the table `c` of pg_class: its primary key, else the shortest declared unique key whose
-- columns are all NOT NULL, else none.
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
)
