-- The functions that were generated for tracked tables.
SELECT p.proname
FROM pg_catalog.pg_proc AS p
JOIN pg_catalog.pg_namespace AS n ON n.oid = p.pronamespace
WHERE n.nspname = 'recall' AND p.proname ~ '^capture_[0-9]+_'
ORDER BY p.proname
