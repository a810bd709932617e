-- Writes down the classes of a table under the numbers that its columns have now. Two may have become one.
INSERT INTO recall.classification (relation, column_number, class, since_tx)
SELECT $1, w.number, w.class, pg_catalog.min(w.since_tx)
FROM ROWS FROM (
  pg_catalog.unnest($2::pg_catalog.int2[]), pg_catalog.unnest($3::pg_catalog.text[]),
  pg_catalog.unnest($4::pg_catalog.int8[])
) AS w (number, class, since_tx)
GROUP BY w.number, w.class
