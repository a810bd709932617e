-- How long changes are kept, for recall.maintain(). Without a row they are kept forever.
CREATE TABLE IF NOT EXISTS recall.retention_policy (
  relation integer     NOT NULL,
  keep     interval    NOT NULL,
  set_by   text        NOT NULL DEFAULT session_user,
  set_at   timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
  CONSTRAINT retention_policy_pkey PRIMARY KEY (relation),
  CONSTRAINT retention_policy_keeps_a_day CHECK (keep >= interval '1 day')
);

COMMENT ON TABLE recall.retention_policy IS
  'How long the changes of a table are kept. Written by `pgrecall retain --save`; recall.maintain() applies it.';
COMMENT ON COLUMN recall.retention_policy.relation IS 'The table; 0 means every table without a row of its own.';
COMMENT ON COLUMN recall.retention_policy.keep IS 'How long; whole months for every table, to the day for a table of its own.';
COMMENT ON COLUMN recall.retention_policy.set_by IS 'The database user that said so.';
COMMENT ON COLUMN recall.retention_policy.set_at IS 'When that was.';
