-- The values of a document under the places of their columns.
(
  SELECT pg_catalog.jsonb_object_agg(n.place, ({image})::pg_catalog.jsonb -> n.name)
  FROM unnest(ARRAY[{places}]::pg_catalog.text[], ARRAY[{names}]::pg_catalog.text[]) AS n (place, name)
)
