-- Held on the target by the one server that is at a plan, until it is done or its session ends. It is
-- how others know that a server was killed. The second number is arbitrary and only ours.
SELECT pg_catalog.pg_try_advisory_lock(pg_catalog.hashtextextended($1, 7236837721)) AS alone
