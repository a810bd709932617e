-- Whose CPU time is read.
SELECT pg_backend_pid();
