-- From when on anything is known of the given tables, or of any.
SELECT pg_catalog.min(greatest(r.since_at, h.at)) AS since
FROM recall.relation AS r
CROSS JOIN LATERAL recall.horizon(r.id) AS h
WHERE $1::integer[] IS NULL OR r.id = ANY ($1)
