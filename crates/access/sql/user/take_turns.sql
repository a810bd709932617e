-- Changes of users are made one after the other, so that two at once cannot remove the last two
-- administrators. The number is arbitrary and only ours.
SELECT pg_catalog.pg_advisory_xact_lock(7236837721)
