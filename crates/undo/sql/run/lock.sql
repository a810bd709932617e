-- Only one connection at a time goes on with an undo; whatever becomes of it, the server lets go.
SELECT pg_catalog.pg_try_advisory_lock(723683772, ($1::pg_catalog.int8 & 2147483647)::pg_catalog.int4) AS locked
