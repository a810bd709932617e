-- A transaction of the application that has written to a table and stays open.
BEGIN;
UPDATE public.pgbench_branches SET filler = 'held' WHERE false
