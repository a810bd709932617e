-- The steps of a part, where plans have them.
INSERT INTO pg_temp.recall_step (
  plan, position, batch, relation, action, key, target_key, expected, found, hashes, target, changes
)
SELECT
  $3, s.position, s.batch, s.relation, s.action, s.key, s.target_key, s.expected, s.found, s.hashes, s.target, s.changes
FROM recall.undo_step AS s
WHERE s.run = $1 AND s.part = $2
ORDER BY s.position
