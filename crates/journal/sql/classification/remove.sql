-- Takes classes off columns; all of them where none is named.
DELETE FROM recall.classification AS c
WHERE c.relation = $1
  AND c.column_number = ANY ($2)
  AND ($3::pg_catalog.text[] IS NULL OR c.class = ANY ($3))
