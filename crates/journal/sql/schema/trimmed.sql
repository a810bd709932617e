-- Transactions of which some changes were removed and others are still there: taking such a
-- transaction back would take a part of it back.
CREATE TABLE IF NOT EXISTS recall.trimmed (
  tx bigint NOT NULL,
  CONSTRAINT trimmed_pkey PRIMARY KEY (tx)
);

COMMENT ON TABLE recall.trimmed IS 'The transactions of which retention removed some changes, but not all.';
COMMENT ON COLUMN recall.trimmed.tx IS 'The transaction in recall.transaction.';
