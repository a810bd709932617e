-- Work that people do by hand, as one thing: who began it, what it is, how it ended. The changes
-- made under it are those of the transaction in which it began, and of those that
-- recall.transaction.operation marks.
CREATE TABLE IF NOT EXISTS recall.operation (
  id            bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
  name          text        NOT NULL,
  type          text        NOT NULL,
  tx            bigint      NOT NULL,
  database_user text        NOT NULL,
  started_at    timestamptz NOT NULL,
  completed_at  timestamptz,
  completed_tx  bigint,
  success       boolean,
  message       text,
  details       jsonb       NOT NULL DEFAULT '{}',
  CONSTRAINT operation_pkey PRIMARY KEY (id),
  CONSTRAINT operation_completed_as_a_whole CHECK (
    (completed_at IS NULL) = (success IS NULL) AND (completed_at IS NULL) = (completed_tx IS NULL)
  )
);

COMMENT ON TABLE recall.operation IS 'Work done by hand, from recall.track_operation() to recall.complete_operation().';
COMMENT ON COLUMN recall.operation.id IS 'What recall.track_operation() returned.';
COMMENT ON COLUMN recall.operation.name IS 'What is done.';
COMMENT ON COLUMN recall.operation.type IS 'Of which kind it is, in the words of those who do it.';
COMMENT ON COLUMN recall.operation.tx IS 'The transaction in which it began, with who and why.';
COMMENT ON COLUMN recall.operation.database_user IS 'The database user that began it; only this one and the journal''s owner may complete it.';
COMMENT ON COLUMN recall.operation.started_at IS 'When it began.';
COMMENT ON COLUMN recall.operation.completed_at IS 'When it was completed; null while it is open.';
COMMENT ON COLUMN recall.operation.completed_tx IS 'The transaction in which it was completed.';
COMMENT ON COLUMN recall.operation.success IS 'How it ended.';
COMMENT ON COLUMN recall.operation.message IS 'What was said at the end.';
COMMENT ON COLUMN recall.operation.details IS 'Whatever else was given at the end.';

-- Changes find their operation through their transaction.
ALTER TABLE recall.transaction ADD COLUMN IF NOT EXISTS operation bigint;
CREATE INDEX IF NOT EXISTS transaction_operation ON recall.transaction (operation, id) WHERE operation IS NOT NULL;

COMMENT ON COLUMN recall.transaction.operation IS 
  'The operation in recall.operation under which it was made; the transaction in which one began is in recall.operation.tx.';
