FROM (
    -- By itself, so that what is kept is worked out once.
    SELECT b.key, CASE WHEN a.key OPERATOR(pg_catalog.<>) b.key THEN a.key END AS new_key, b.image AS old, {after} AS new
    FROM (
      SELECT {row_key} AS key, {row_text_at_once} AS image, {of_before}pg_catalog.row_number() OVER () AS place FROM rows_before AS r
    ) AS b
    JOIN (
      SELECT {row_key} AS key, {of_after}, pg_catalog.row_number() OVER () AS place FROM rows_after AS r
    ) AS a ON a.place OPERATOR(pg_catalog.=) b.place
    OFFSET 0
  ) AS p
  WHERE p.new OPERATOR(pg_catalog.<>) {nothing_changed} COLLATE pg_catalog."C"
