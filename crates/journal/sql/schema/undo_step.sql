-- What is left to do of recall.undo_run. A step goes in the very transaction that carries it out, so
-- that none is ever half known.
CREATE TABLE IF NOT EXISTS recall.undo_step (
  run        bigint   NOT NULL,
  part       integer  NOT NULL,
  position   bigint   NOT NULL,
  batch      integer  NOT NULL,
  relation   integer  NOT NULL,
  action     "char"   NOT NULL,
  key        text COLLATE "C",
  target_key text COLLATE "C",
  expected   text,
  found      text,
  hashes     text,
  target     text,
  changes    bigint[] NOT NULL,
  CONSTRAINT undo_step_pkey PRIMARY KEY (run, part, position),
  CONSTRAINT undo_step_action_known CHECK (action IN ('I', 'U', 'D'))
);

COMMENT ON TABLE recall.undo_step IS 'The steps of unfinished undos that are still to be done.';
COMMENT ON COLUMN recall.undo_step.run IS 'The run in recall.undo_run.';
COMMENT ON COLUMN recall.undo_step.part IS 'The transaction of the run in which it will be done.';
COMMENT ON COLUMN recall.undo_step.position IS 'Its place in the order.';
COMMENT ON COLUMN recall.undo_step.batch IS 'The statement that carries it out.';
COMMENT ON COLUMN recall.undo_step.relation IS 'The table in recall.relation.';
COMMENT ON COLUMN recall.undo_step.action IS 'I: brings a row back, U: sets columns of one, D: removes one.';
COMMENT ON COLUMN recall.undo_step.key IS 'The key of the row that is found.';
COMMENT ON COLUMN recall.undo_step.target_key IS 'The key of the row that is left.';
COMMENT ON COLUMN recall.undo_step.expected IS 'The row that must be found, as text.';
COMMENT ON COLUMN recall.undo_step.found IS 'What it is by its turn, where a foreign key changes it before and it has no key.';
COMMENT ON COLUMN recall.undo_step.hashes IS 'Hashes of those of its columns of which the journal knows no more.';
COMMENT ON COLUMN recall.undo_step.target IS 'The row that is left, as text.';
COMMENT ON COLUMN recall.undo_step.changes IS 'The changes that it takes back.';
