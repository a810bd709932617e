-- How many changes were made in each hour of the week.
SELECT
  pg_catalog.date_part('isodow', c.at AT TIME ZONE $14::text)::integer AS weekday,
  pg_catalog.date_part('hour', c.at AT TIME ZONE $14::text)::integer AS hour,
  pg_catalog.count(*) AS changes
FROM ({changes}) AS c
GROUP BY 1, 2
ORDER BY 1, 2
