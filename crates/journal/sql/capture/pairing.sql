SET enable_nestloop = off
SET work_mem = '32MB'
