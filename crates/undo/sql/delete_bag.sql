-- Removes rows of a table without a key: of rows that are alike any will do, so they are numbered
-- on both sides.
DELETE FROM {live_table} AS t
USING (
  SELECT r.tableoid, r.ctid
  FROM (
    SELECT
      (e.step -> 'expected')::pg_catalog.text AS image,
      pg_catalog.row_number() OVER (PARTITION BY (e.step -> 'expected')::pg_catalog.text) AS copy
    FROM pg_catalog.jsonb_array_elements($1) AS e (step)
  ) AS w
  JOIN (
    SELECT
      r.tableoid, r.ctid, ({image})::pg_catalog.text AS image,
      pg_catalog.row_number() OVER (PARTITION BY ({image})::pg_catalog.text) AS copy
    FROM {live_table} AS r
  ) AS r ON r.image = w.image AND r.copy = w.copy
) AS found
WHERE t.tableoid = found.tableoid AND t.ctid = found.ctid
