-- What the hash of a plan is made of: a digest of each step, in their order.
SELECT pg_catalog.sha256(
  pg_catalog.convert_to(
    pg_catalog.concat(ROW(s.batch, s.relation, s.action, s.expected, s.hashes, s.target, s.changes)), 'UTF8'
  )
) AS digest
FROM pg_temp.recall_step AS s
ORDER BY s.position
