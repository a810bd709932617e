DELETE FROM recall.checkpoint_policy WHERE relation = $1
