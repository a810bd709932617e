-- The journal itself: one row for each row that was inserted, updated, deleted or truncated.
--
-- Both images can be had from the change alone, never by trusting a later row. An image is the text
-- of the whole row, as PostgreSQL writes a composite value, in the columns of `shape`: that brings
-- back every value exactly, and costs the writer less than JSON. Where the shape is null the image
-- is a JSON object: the table had been altered, and nobody had told us.
--
-- Who wrote is in each row: a second row for each transaction would cost a single write of the
-- application as much as its change. Only what the application says about itself is in
-- recall.transaction. For the same reason no constraint checks the images.
--
-- Partitioned by month, so that old months can go without touching the rest. The default
-- partition makes sure that a missing month never fails a write of the application.
CREATE SEQUENCE IF NOT EXISTS recall.change_id CACHE 1;

CREATE TABLE IF NOT EXISTS recall.change (
  id            bigint      NOT NULL,
  at            timestamptz NOT NULL,
  tx            bigint      NOT NULL,
  relation      integer     NOT NULL,
  shape         integer,
  op            "char"      NOT NULL,
  database_user text COLLATE "C",
  database_role text COLLATE "C",
  application   text COLLATE "C",
  ip            inet,
  key           text COLLATE "C",
  new_key       text COLLATE "C",
  old           text,
  new           text
) PARTITION BY RANGE (at);

CREATE TABLE IF NOT EXISTS recall.change_default PARTITION OF recall.change DEFAULT;

CREATE INDEX IF NOT EXISTS change_record ON recall.change (relation, key, id);
CREATE INDEX IF NOT EXISTS change_new_key ON recall.change (relation, new_key, id) WHERE new_key IS NOT NULL;
CREATE INDEX IF NOT EXISTS change_transaction ON recall.change (tx);

COMMENT ON TABLE recall.change IS 'The journal: one row a changed row. Read it through recall.log.';
COMMENT ON SEQUENCE recall.change_id IS 'Numbers the changes; row locks make the order right per row.';
COMMENT ON COLUMN recall.change.id IS 'Ascending per row.';
COMMENT ON COLUMN recall.change.at IS 'When the row was changed, by the server''s clock.';
COMMENT ON COLUMN recall.change.tx IS
  'The transaction: the number that the server gave it, plus what recall.incarnation adds.';
COMMENT ON COLUMN recall.change.relation IS 'The table in recall.relation.';
COMMENT ON COLUMN recall.change.shape IS 'The columns of the images, in recall.shape; null where they are JSON.';
COMMENT ON COLUMN recall.change.op IS 'I insert, U update, D delete, T truncate.';
COMMENT ON COLUMN recall.change.database_user IS 'The database user that logged in.';
COMMENT ON COLUMN recall.change.database_role IS 'The role taken on with SET ROLE, if any.';
COMMENT ON COLUMN recall.change.application IS 'The program that connected.';
COMMENT ON COLUMN recall.change.ip IS 'The address of the database client; null for a local one.';
COMMENT ON COLUMN recall.change.key IS
  'The row''s key before the change (after it for an insert): the value of a one-column key, else a JSON array; '
  'a SHA-256 where longer than 1000 bytes; null for a table without a key.';
COMMENT ON COLUMN recall.change.new_key IS 'The row''s key after an update that changed it.';
COMMENT ON COLUMN recall.change.old IS 'The whole row before.';
COMMENT ON COLUMN recall.change.new IS
  'The row after; where it begins with =, what differs from the row before. recall._whole(old, new) is the whole row.';
