-- How many steps of a plan are there, by batch.
SELECT s.batch, pg_catalog.count(*) AS steps, pg_catalog.min(s.position) AS first, pg_catalog.max(s.position) AS last
FROM pg_temp.recall_step AS s
WHERE s.plan = $1
GROUP BY s.batch
ORDER BY s.batch
