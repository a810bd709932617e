-- An undo that is carried out in several transactions, as long as it is not finished. It stands here
-- with all its steps before the first of them is done, so that whoever finds it can finish it or take
-- it back. What is finished is in recall.undo.
CREATE TABLE IF NOT EXISTS recall.undo_run (
  id            bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
  started_at    timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
  database_user text        NOT NULL DEFAULT session_user,
  actor         text,
  reason        text,
  plan_hash     text        NOT NULL,
  plan          jsonb       NOT NULL,
  rows          bigint      NOT NULL,
  done          bigint      NOT NULL DEFAULT 0,
  takes_back    bigint,
  CONSTRAINT undo_run_pkey PRIMARY KEY (id),
  CONSTRAINT undo_run_is_unfinished CHECK (done >= 0 AND done < rows)
);

COMMENT ON TABLE recall.undo_run IS
  'Undos in several transactions that are not finished. Finish one with `pgrecall undo --resume ID`.';
COMMENT ON COLUMN recall.undo_run.id IS 'Never used again; the transactions of the run name it in recall.undo.';
COMMENT ON COLUMN recall.undo_run.started_at IS 'When it began.';
COMMENT ON COLUMN recall.undo_run.database_user IS 'The database user that began it.';
COMMENT ON COLUMN recall.undo_run.actor IS 'Who began it.';
COMMENT ON COLUMN recall.undo_run.reason IS 'Why.';
COMMENT ON COLUMN recall.undo_run.plan_hash IS 'SHA-256 of the plan.';
COMMENT ON COLUMN recall.undo_run.plan IS 'All of the plan but its steps, for the program that goes on with it.';
COMMENT ON COLUMN recall.undo_run.rows IS 'How many steps it had.';
COMMENT ON COLUMN recall.undo_run.done IS 'How many of them are done.';
COMMENT ON COLUMN recall.undo_run.takes_back IS 'The run of which it takes back what was done.';
