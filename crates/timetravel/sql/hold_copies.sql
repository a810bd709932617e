-- Somebody may have dropped a checkpoint since the query was made.
SAVEPOINT copies;
LOCK TABLE {copies} IN ACCESS SHARE MODE
