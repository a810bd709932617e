-- Whether equal values of these columns are written alike: collations exist in which they are not.
SELECT pg_catalog.bool_and(coalesce(c.collisdeterministic, true))
FROM pg_catalog.pg_attribute AS a
LEFT JOIN pg_catalog.pg_collation AS c ON c.oid = a.attcollation
WHERE a.attrelid = $1 AND a.attname = ANY ($2)
