-- The classes of a table that a dump brought back under another number, with the numbers that its columns
-- have in the new table. In a dump columns are numbered anew where some had been dropped, so they are found
-- by the names that they had last. A column that was dropped before has no number. One that is not found,
-- because its rename was not noticed, may be any: then the class is that of the whole table, so that
-- nothing loses it.
SELECT
  c.class, c.since_tx,
  CASE
    WHEN c.column_number = 0 OR f.columns IS NULL THEN c.column_number
    WHEN f.columns ? c.column_number::text THEN coalesce(a.attnum, 0::pg_catalog.int2)
  END AS number
FROM recall.classification AS c
LEFT JOIN LATERAL (
  SELECT l.columns
  FROM recall.form AS l
  WHERE l.relation = c.relation AND l.columns IS NOT NULL
  ORDER BY l.id DESC
  LIMIT 1
) AS f ON true
LEFT JOIN pg_catalog.pg_attribute AS a
  ON a.attrelid = $2
  AND a.attnum > 0
  AND NOT a.attisdropped
  AND a.attname::text = f.columns -> c.column_number::text ->> 0
WHERE c.relation = $1
