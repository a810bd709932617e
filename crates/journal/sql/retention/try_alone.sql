-- One retention or maintenance at a time in a database; recall.maintain() asks for the same lock.
SELECT pg_catalog.pg_try_advisory_lock(7236837713) AS alone
