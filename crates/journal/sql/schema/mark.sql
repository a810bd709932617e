-- Moments with names: `deploy-42`, `before the migration`. A mark is the name of a tick, which is
-- kept as long as the mark.
CREATE TABLE IF NOT EXISTS recall.mark (
  name          text        NOT NULL,
  tick          bigint      NOT NULL,
  at            timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
  reason        text,
  actor         text,
  database_user text        NOT NULL DEFAULT session_user,
  CONSTRAINT mark_pkey PRIMARY KEY (name),
  -- A star stands for anything where a mark is asked for.
  CONSTRAINT mark_name_can_be_typed CHECK (name ~ '^[^*[:cntrl:]]{1,200}$')
);

CREATE INDEX IF NOT EXISTS mark_tick ON recall.mark (tick);

COMMENT ON TABLE recall.mark IS 'Moments with names.';
COMMENT ON COLUMN recall.mark.name IS 'The name.';
COMMENT ON COLUMN recall.mark.tick IS 'The moment, in recall.tick.';
COMMENT ON COLUMN recall.mark.at IS 'When the mark was made.';
COMMENT ON COLUMN recall.mark.reason IS 'Why.';
COMMENT ON COLUMN recall.mark.actor IS 'The application''s user who made it.';
COMMENT ON COLUMN recall.mark.database_user IS 'The database user that made it.';
