-- What a conflict is about: the row by its key, and the last change that is taken back.
SELECT
  s.position, s.batch, s.action::text AS action, coalesce(s.key, s.target_key) AS key,
  coalesce(s.expected, s.target) AS row, s.changes[pg_catalog.cardinality(s.changes)] AS last
FROM pg_temp.recall_step AS s
WHERE s.position = ANY ($1)
ORDER BY s.position
