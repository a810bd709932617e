-- How a query of the past is run best, for this transaction: it compares rows of today with changes by
-- hashing, which is slow once it has to go through files.
SELECT
  CASE
    WHEN pg_catalog.pg_size_bytes(pg_catalog.current_setting('work_mem')) < 33554432
    THEN pg_catalog.set_config('work_mem', '32MB', true)
  END
