-- The planner is to know what is in it.
COMMENT ON TABLE {copy} IS 'The copy of a checkpoint in recall.checkpoint.';
ANALYZE {copy}
