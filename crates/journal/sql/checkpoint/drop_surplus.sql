-- All of a table but the newest.
SELECT recall._drop_checkpoints(ARRAY(
  SELECT c.id FROM recall.checkpoint AS c WHERE c.relation = $1 ORDER BY c.id DESC OFFSET $2
)) AS dropped
