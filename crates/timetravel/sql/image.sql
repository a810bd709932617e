-- The image of a change, read once: in one of its shapes, or as a document that names its columns.
-- OFFSET 0 keeps the server from reading it anew for each column, and from looking for a document where there is
-- none.
CROSS JOIN LATERAL (SELECT {shapes} OFFSET 0) AS i
LEFT JOIN LATERAL (
  SELECT d.* FROM pg_catalog.jsonb_to_record({document}) AS d ({definitions}) WHERE c.shape IS NULL OFFSET 0
) AS j ON true
