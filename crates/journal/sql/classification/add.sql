-- Gives classes to columns. Those that have them already keep what is known of since when.
INSERT INTO recall.classification (relation, column_number, class, since_tx)
SELECT $1, n.number, c.class, $4
FROM pg_catalog.unnest($2::pg_catalog.int2[]) AS n (number)
CROSS JOIN pg_catalog.unnest($3::pg_catalog.text[]) AS c (class)
ON CONFLICT (relation, column_number, class) DO NOTHING
