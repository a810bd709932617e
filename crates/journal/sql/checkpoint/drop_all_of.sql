SELECT recall._drop_checkpoints(ARRAY(SELECT c.id FROM recall.checkpoint AS c WHERE c.relation = $1)) AS dropped
