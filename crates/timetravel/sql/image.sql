-- The image of a change, read once: in one of its shapes, or as a document that names its columns.
-- OFFSET 0 keeps the server from reading it anew for each column.
CROSS JOIN LATERAL (SELECT {shapes} OFFSET 0) AS i
LEFT JOIN LATERAL pg_catalog.jsonb_to_record({document}) AS j ({definitions}) ON true
