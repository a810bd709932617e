-- One installation at a time in a database; the number is arbitrary and only ours. Waiting for
-- another one is no burden to the application, so it may take longer than a table lock.
SET LOCAL search_path = pg_catalog, pg_temp;
SET LOCAL lock_timeout = '60s';
SELECT pg_advisory_xact_lock(7236837712);
SET LOCAL lock_timeout = '2s';
