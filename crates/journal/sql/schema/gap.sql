-- A journal that is silently incomplete is worse than none: every stretch in which something may
-- be missing is written down here, and answers that cross it say so.
CREATE TABLE IF NOT EXISTS recall.gap (
  id       bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
  relation integer     REFERENCES recall.relation (id),
  reason   text        NOT NULL,
  from_tx  bigint      NOT NULL,
  from_at  timestamptz NOT NULL,
  until_tx bigint,
  until_at timestamptz,
  detail   text,
  CONSTRAINT gap_pkey PRIMARY KEY (id),
  CONSTRAINT gap_reason_known CHECK (
    reason IN (
      'untracked', 'bypassed', 'row security', 'older snapshot', 'partitions changed', 'recorded above',
      'selective', 'failed', 'paused'
    )
  ),
  CONSTRAINT gap_closed_as_a_whole CHECK ((until_tx IS NULL) = (until_at IS NULL))
);

-- One a table and transaction, however many of its changes could not be recorded.
CREATE UNIQUE INDEX IF NOT EXISTS gap_failed ON recall.gap (relation, from_tx) WHERE reason = 'failed';

COMMENT ON TABLE recall.gap IS 'Stretches in which changes may be missing from the journal.';
COMMENT ON COLUMN recall.gap.relation IS 'The table; null means every table.';
COMMENT ON COLUMN recall.gap.reason IS 'Why: untracked, or bypassed (our triggers were found missing or disabled, nobody knows since when), or row security (policies hid rows from the journal at a TRUNCATE), or older snapshot (a TRUNCATE in REPEATABLE READ or SERIALIZABLE may have removed rows that its snapshot did not show), or partitions changed (one came or went with its rows), or recorded above (it became a partition of a tracked table), or selective (only some changes are recorded, as the user wants it), or failed (a change could not be recorded, and was not to fail for that), or paused.';
COMMENT ON COLUMN recall.gap.from_tx IS 'The transaction in which it opened.';
COMMENT ON COLUMN recall.gap.from_at IS 'When it opened.';
COMMENT ON COLUMN recall.gap.until_tx IS 'The transaction in which it closed; null while it is open.';
COMMENT ON COLUMN recall.gap.until_at IS 'When it closed; null while it is open.';
COMMENT ON COLUMN recall.gap.detail IS 'Why in the words of whoever paused the recording; the SQLSTATE where it failed.';
