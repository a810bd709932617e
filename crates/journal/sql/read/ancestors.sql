-- The tables of which the given one is a partition, nearest first.
SELECT relid::oid FROM pg_catalog.pg_partition_ancestors($1::oid::regclass)
