-- How many changes are meant, as far as it matters.
SELECT pg_catalog.count(*) AS changes
FROM (
  SELECT
  {chosen}
  LIMIT {enough}
) AS c
