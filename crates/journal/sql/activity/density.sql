-- How many changes lie in each stretch between the times that are given, counted from 1.
SELECT pg_catalog.width_bucket(c.at, $14::timestamptz[]) AS stretch, pg_catalog.count(*) AS changes
FROM ({changes}) AS c
GROUP BY 1
