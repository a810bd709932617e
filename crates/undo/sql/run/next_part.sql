-- The next part of an undo; null if nothing is left.
SELECT pg_catalog.min(s.part) AS part FROM recall.undo_step AS s WHERE s.run = $1
