-- When transactions of the journal were committed, as the server tells it while it has
-- track_commit_timestamp on. Kept here because the server forgets it; ticks tell the order of
-- commits to the interval between two of them, and this tells it within.
CREATE TABLE IF NOT EXISTS recall.commit (
  tx bigint      NOT NULL,
  at timestamptz NOT NULL,
  CONSTRAINT commit_pkey PRIMARY KEY (tx)
);

CREATE INDEX IF NOT EXISTS commit_at ON recall.commit USING brin (at);

COMMENT ON TABLE recall.commit IS 'When transactions were committed, where the server has track_commit_timestamp on.';
COMMENT ON COLUMN recall.commit.tx IS 'The transaction, as in recall.change.';
COMMENT ON COLUMN recall.commit.at IS 'When it was committed.';
