-- How long this transaction has been going on.
SELECT (
  pg_catalog.date_part('epoch', pg_catalog.clock_timestamp() - pg_catalog.transaction_timestamp()) * 1000
)::pg_catalog.int8 AS duration_ms
