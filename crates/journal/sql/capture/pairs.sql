FROM (
    SELECT b.key, CASE WHEN a.key OPERATOR(pg_catalog.<>) b.key THEN a.key END AS new_key, b.image AS old, a.image AS new
    FROM (
      SELECT {row_key} AS key, {row_text_at_once} AS image, pg_catalog.row_number() OVER () AS place FROM rows_before AS r
    ) AS b
    JOIN (
      SELECT {row_key} AS key, {row_text_at_once} AS image, pg_catalog.row_number() OVER () AS place FROM rows_after AS r
    ) AS a ON a.place OPERATOR(pg_catalog.=) b.place
    WHERE a.image OPERATOR(pg_catalog.<>) b.image COLLATE pg_catalog."C"
  ) AS p
