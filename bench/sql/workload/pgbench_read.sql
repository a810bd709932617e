-- Brings the accounts into the server's memory, because other systems' tables have been there.
SELECT sum(abalance)
FROM public.pgbench_accounts;
