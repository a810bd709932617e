-- What autovacuum would have done by now (it is off, so that it does not run into a measure).
VACUUM (ANALYZE);
