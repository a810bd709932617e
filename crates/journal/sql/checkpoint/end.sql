-- How many rows there were, and what the copy takes.
UPDATE recall.checkpoint AS c
SET rows = $2, bytes = pg_catalog.pg_total_relation_size(pg_catalog.format('recall.%I', c.copy)::pg_catalog.regclass)
WHERE c.id = $1
RETURNING c.bytes
