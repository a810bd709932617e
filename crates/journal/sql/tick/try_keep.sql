-- Held by the one worker that keeps the journal, until its session ends. The number is arbitrary and
-- only ours.
SELECT pg_catalog.pg_try_advisory_lock(7236837715) AS alone
