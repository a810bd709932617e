SELECT pg_catalog.pg_advisory_unlock(723683772, ($1::pg_catalog.int8 & 2147483647)::pg_catalog.int4)
