-- The checkpoints, and whether they still tell something.
SELECT
  c.id, c.relation, c.tick, c.tx, c.at, c.upper, c.open, c.rows, c.bytes,
  EXISTS (SELECT FROM recall._fitting_checkpoints(c.relation) AS f WHERE f.id = c.id) AS usable
FROM recall.checkpoint AS c
ORDER BY c.id
