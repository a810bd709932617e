-- The columns of the images of these tables, with the numbers of these columns in the table. A type
-- that is no longer there is text.
SELECT
  s.relation, s.id, s.columns,
  ARRAY(
    SELECT CASE WHEN t.name <> '' AND pg_catalog.to_regtype(t.name) IS NULL THEN 'text' ELSE t.name END
    FROM unnest(s.types) WITH ORDINALITY AS t (name, position)
    ORDER BY t.position
  ) AS types,
  s.numbers,
  -- Where the text of the value is kept: what the server makes of a text by a cast may be another value
  -- than what it reads in it.
  ARRAY(
    SELECT n.number
    FROM unnest(s.numbers, s.types, s.read_as) AS n (number, type, read_as)
    WHERE n.read_as = 'text' AND n.type NOT LIKE '%[]' AND n.type !~ '^(text|character)'
  ) AS texts
FROM recall.shape AS s
WHERE s.relation = ANY (ARRAY(SELECT unnest($1::integer[])))
ORDER BY s.id
