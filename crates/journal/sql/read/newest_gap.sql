-- How far the numbers of gaps have come, and the time of the server.
SELECT coalesce((SELECT pg_catalog.max(g.id) FROM recall.gap AS g), 0) AS id, pg_catalog.now() AS at
