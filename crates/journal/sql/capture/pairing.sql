SET enable_nestloop = off
SET enable_mergejoin = off
SET work_mem = '32MB'
