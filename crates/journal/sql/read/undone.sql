-- What was taken back: stretches of changes, by the undo.
SELECT u.tx, pg_catalog.lower(s.stretch) AS first, pg_catalog.upper(s.stretch) - 1 AS last
FROM recall.undo AS u
CROSS JOIN LATERAL pg_catalog.unnest(u.changes) AS s (stretch)
ORDER BY s.stretch, u.tx
