-- The journal itself: one row for each row that was inserted, updated, deleted or truncated.
--
-- Both images can be had from the change alone, never by trusting a later row: `old` is the whole
-- row before; `new` is the whole row after an insert, and the columns that changed in an update.
--
-- Partitioned by month, so that old months can go without touching the rest. The default
-- partition makes sure that a missing month never fails a write of the application.
CREATE SEQUENCE IF NOT EXISTS recall.change_id CACHE 1;

CREATE TABLE IF NOT EXISTS recall.change (
  id       bigint             NOT NULL,
  at       timestamptz        NOT NULL,
  tx       bigint             NOT NULL,
  xid      xid8               NOT NULL,
  relation integer            NOT NULL,
  op       "char"             NOT NULL,
  key      text COLLATE "C",
  new_key  text COLLATE "C",
  old      jsonb,
  new      jsonb,
  CONSTRAINT change_images_fit_op CHECK (
    CASE op
      WHEN 'I' THEN old IS NULL AND new IS NOT NULL
      WHEN 'U' THEN old IS NOT NULL AND new IS NOT NULL
      WHEN 'D' THEN old IS NOT NULL AND new IS NULL
      WHEN 'T' THEN old IS NOT NULL AND new IS NULL
      ELSE false
    END
  )
) PARTITION BY RANGE (at);

CREATE TABLE IF NOT EXISTS recall.change_default PARTITION OF recall.change DEFAULT;

CREATE INDEX IF NOT EXISTS change_record ON recall.change (relation, key, id);
CREATE INDEX IF NOT EXISTS change_new_key ON recall.change (relation, new_key, id) WHERE new_key IS NOT NULL;
CREATE INDEX IF NOT EXISTS change_transaction ON recall.change (tx, id);

COMMENT ON TABLE recall.change IS 'The journal: one row a changed row. Read it through recall.log.';
COMMENT ON SEQUENCE recall.change_id IS 'Numbers the changes; row locks make the order right per row.';
COMMENT ON CONSTRAINT change_images_fit_op ON recall.change IS
  'An insert has no row before, a delete or truncate none after: readers rely on it.';
COMMENT ON COLUMN recall.change.id IS 'Ascending per row.';
COMMENT ON COLUMN recall.change.at IS 'When the row was changed, by the server''s clock.';
COMMENT ON COLUMN recall.change.tx IS 'The transaction in recall.transaction; binding only together with xid.';
COMMENT ON COLUMN recall.change.xid IS 'The server''s own number of the transaction.';
COMMENT ON COLUMN recall.change.relation IS 'The table in recall.relation.';
COMMENT ON COLUMN recall.change.op IS 'I insert, U update, D delete, T truncate.';
COMMENT ON COLUMN recall.change.key IS
  'The row''s key before the change (after it for an insert): the value of a one-column key, else a JSON array; '
  'a SHA-256 where longer than 1000 bytes; null for a table without a key.';
COMMENT ON COLUMN recall.change.new_key IS 'The row''s key after an update that changed it.';
COMMENT ON COLUMN recall.change.old IS 'The whole row before.';
COMMENT ON COLUMN recall.change.new IS 'The whole row after an insert; the changed columns of an update.';
