-- The numbers of columns by their names of today; those of a table that is gone by the ones that they had
-- last.
SELECT c.key::pg_catalog.int2 AS number, c.value ->> 0 AS name
FROM recall.tracked AS t
JOIN recall.relation AS r ON r.id = t.id
CROSS JOIN LATERAL pg_catalog.jsonb_each(
  CASE
    WHEN t.present THEN recall._columns_of(r.oid)
    ELSE (
      SELECT f.columns
      FROM recall.form AS f
      WHERE f.relation = t.id AND f.columns IS NOT NULL
      ORDER BY f.id DESC
      LIMIT 1
    )
  END
) AS c
WHERE t.id = $1
