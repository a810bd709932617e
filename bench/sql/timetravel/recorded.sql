-- How much the journal holds.
SELECT pg_catalog.count(*) AS changes FROM recall.change
