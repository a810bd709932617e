-- A typed copy of all rows of a table at a moment, in the table recall.checkpoint_<id>. A look at a moment
-- before it reads the copy instead of the table of today, and only the changes between the two.
--
-- Nothing depends on a copy: whatever it tells, the table and its changes tell too, only slower. That is why
-- copies are unlogged. They burden neither the write-ahead log nor a publication for all tables; a crash empties
-- them, and standbys and base backups do not have them. One that has less than it should is not used.
CREATE TABLE IF NOT EXISTS recall.checkpoint (
  id          bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
  relation    integer     NOT NULL REFERENCES recall.relation (id),
  copy        text        NOT NULL GENERATED ALWAYS AS ('checkpoint_' || id::text) STORED,
  tick        bigint      NOT NULL,
  tx          bigint      NOT NULL,
  at          timestamptz NOT NULL,
  upper       bigint      NOT NULL,
  open        bigint[]    NOT NULL,
  incarnation integer     NOT NULL,
  fingerprint text        NOT NULL,
  rows        bigint      NOT NULL,
  bytes       bigint      NOT NULL,
  CONSTRAINT checkpoint_pkey PRIMARY KEY (id)
);

CREATE INDEX IF NOT EXISTS checkpoint_relation ON recall.checkpoint (relation, id);

COMMENT ON TABLE recall.checkpoint IS 'Moments at which a table was copied, so that looks at earlier moments are cheaper.';
COMMENT ON COLUMN recall.checkpoint.id IS 'Ascending, and never given twice.';
COMMENT ON COLUMN recall.checkpoint.relation IS 'The table in recall.relation.';
COMMENT ON COLUMN recall.checkpoint.copy IS 'The table in the schema recall that holds the copy.';
COMMENT ON COLUMN recall.checkpoint.tick IS 'The same moment in recall.tick, as long as it is kept there.';
COMMENT ON COLUMN recall.checkpoint.tx IS 'The transaction that made the copy.';
COMMENT ON COLUMN recall.checkpoint.at IS 'The time of what is in it.';
COMMENT ON COLUMN recall.checkpoint.upper IS 'What transactions with this number and higher changed is not in it.';
COMMENT ON COLUMN recall.checkpoint.open IS 'Nor what these transactions with lower numbers changed.';
COMMENT ON COLUMN recall.checkpoint.incarnation IS 'The cluster, in recall.incarnation.';
COMMENT ON COLUMN recall.checkpoint.fingerprint IS 'The columns of the table when it was copied, in short.';
COMMENT ON COLUMN recall.checkpoint.rows IS 'How many rows.';
COMMENT ON COLUMN recall.checkpoint.bytes IS 'How much space the copy takes, with its indexes.';
