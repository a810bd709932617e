-- What was removed from the journal. An answer about a time before it would be wrong without
-- saying so; recall.horizon() reads this table. The row is written before, or together with, the
-- first removal, so that a removal that was interrupted is known too.
CREATE TABLE IF NOT EXISTS recall.retention (
  id            bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
  at            timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
  database_user text        NOT NULL DEFAULT session_user,
  relation      integer     NOT NULL REFERENCES recall.relation (id),
  partition     name        NOT NULL,
  whole         boolean     NOT NULL,
  before        timestamptz NOT NULL,
  from_at       timestamptz,
  until_at      timestamptz,
  from_tx       bigint,
  until_tx      bigint,
  changes       bigint      NOT NULL,
  finished_at   timestamptz,
  CONSTRAINT retention_pkey PRIMARY KEY (id)
);

CREATE INDEX IF NOT EXISTS retention_relation ON recall.retention (relation, until_tx);

COMMENT ON TABLE recall.retention IS 'What was removed from the journal by retention: a row for each table and partition.';
COMMENT ON COLUMN recall.retention.at IS 'When the removal began.';
COMMENT ON COLUMN recall.retention.database_user IS 'The database user that removed it.';
COMMENT ON COLUMN recall.retention.relation IS 'The table whose changes were removed.';
COMMENT ON COLUMN recall.retention.partition IS 'The partition of recall.change that held them.';
COMMENT ON COLUMN recall.retention.whole IS 'Whether the partition was emptied as a whole.';
COMMENT ON COLUMN recall.retention.before IS 'Changes before this time were to go.';
COMMENT ON COLUMN recall.retention.from_at IS 'The time of the first change that was to go.';
COMMENT ON COLUMN recall.retention.until_at IS 'The time of the last one.';
COMMENT ON COLUMN recall.retention.from_tx IS 'The lowest transaction of which changes were to go.';
COMMENT ON COLUMN recall.retention.until_tx IS 'The highest one: the past of the table is whole from after it on.';
COMMENT ON COLUMN recall.retention.changes IS 'How many changes have gone.';
COMMENT ON COLUMN recall.retention.finished_at IS 'When the last of them had gone; null while it runs, or if it was interrupted.';
