-- The transaction of the change that lies so far through the journal.
SELECT c.tx
FROM recall.change AS c
WHERE c.id >= (
  SELECT pg_catalog.min(b.id) + ((pg_catalog.max(b.id) - pg_catalog.min(b.id)) * $1::double precision)::bigint
  FROM recall.change AS b
)
ORDER BY c.id
LIMIT 1
