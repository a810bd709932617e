-- Somebody may have dropped a checkpoint since the query was made.
LOCK TABLE {copies} IN ACCESS SHARE MODE;
