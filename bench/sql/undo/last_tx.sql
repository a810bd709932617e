SELECT pg_catalog.max(c.tx) FROM recall.change AS c
