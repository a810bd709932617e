-- How far the journals of the targets were watched for what is told by them and not by a deed. What
-- was there before the first look is no news.
CREATE TABLE recall_control.watched (
  target  text        NOT NULL,
  gap     bigint      NOT NULL,
  bulk_at timestamptz NOT NULL,
  CONSTRAINT watched_pkey PRIMARY KEY (target)
);

COMMENT ON TABLE recall_control.watched IS 'How far the journals of the targets were watched.';
COMMENT ON COLUMN recall_control.watched.gap IS 'Gaps with this number or a lower one are no news.';
COMMENT ON COLUMN recall_control.watched.bulk_at IS 'When bulk changes were last looked for, by the clock of the target.';
