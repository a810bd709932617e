-- An undo is a transaction like any other; this row says what it took back.
CREATE TABLE IF NOT EXISTS recall.undo (
  tx        bigint   NOT NULL,
  reverses  bigint[] NOT NULL,
  plan_hash text     NOT NULL,
  selection jsonb    NOT NULL,
  CONSTRAINT undo_pkey PRIMARY KEY (tx)
);

COMMENT ON TABLE recall.undo IS 'The transactions that were undos.';
COMMENT ON COLUMN recall.undo.tx IS 'The undo''s own transaction.';
COMMENT ON COLUMN recall.undo.reverses IS 'The transactions of which it took changes back.';
COMMENT ON COLUMN recall.undo.plan_hash IS 'SHA-256 of the plan that was applied.';
COMMENT ON COLUMN recall.undo.selection IS 'What was asked for.';

-- Which of their changes: an undo may take back some of a transaction only. Stretches, because whole
-- transactions are what is mostly taken back.
ALTER TABLE recall.undo ADD COLUMN IF NOT EXISTS changes int8range[] NOT NULL DEFAULT '{}';

COMMENT ON COLUMN recall.undo.changes IS 'The changes that it took back, as stretches of their numbers.';
