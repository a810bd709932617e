-- What a table added to the journal, day by day. The size is that of the rows; the indexes come to
-- it.
SELECT
  (c.at AT TIME ZONE 'UTC')::date::text AS day,
  pg_catalog.count(*) AS changes,
  pg_catalog.sum(pg_catalog.pg_column_size(c.*))::bigint AS bytes
FROM recall.change AS c {sample}
WHERE c.relation = $1 AND c.at >= $2 AND c.tx > $3
GROUP BY 1
ORDER BY 1
