-- The changes that the plan takes back, as stretches of their numbers.
SELECT (
    {stretches}
)::pg_catalog.text AS changes
