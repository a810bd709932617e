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

-- The transactions of an undo that was carried out in several are one undo.
ALTER TABLE recall.undo ADD COLUMN IF NOT EXISTS run bigint;
ALTER TABLE recall.undo ADD COLUMN IF NOT EXISTS as_owner boolean NOT NULL DEFAULT false;
CREATE INDEX IF NOT EXISTS undo_of_run ON recall.undo (run) WHERE run IS NOT NULL;

COMMENT ON COLUMN recall.undo.run IS
  'The undo in several transactions that it is a part of; each of them names all that the whole takes back in `reverses`.';
COMMENT ON COLUMN recall.undo.as_owner IS
  'Whether it was done with the rights of the tables'' owner instead of the user''s own.';
