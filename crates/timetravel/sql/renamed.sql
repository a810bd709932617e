-- The values of an image under other names.
(
  SELECT pg_catalog.jsonb_object_agg(n.now, recall._decode(s.shape, s.image) -> n.was)
  FROM unnest(ARRAY[{then}]::pg_catalog.text[], ARRAY[{now}]::pg_catalog.text[]) AS n (was, now)
)
