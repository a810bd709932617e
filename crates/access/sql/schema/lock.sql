-- Servers that start at once take the steps one after the other. The number is arbitrary and only ours.
SELECT pg_catalog.pg_advisory_xact_lock(7236837720)
