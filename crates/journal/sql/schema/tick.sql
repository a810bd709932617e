-- Recorded snapshots: which transactions were visible to everybody at a time. Transactions are
-- numbered as they first write and become visible as they commit; only a snapshot tells what was
-- visible, so that a moment at a tick is exact however transactions overlapped.
--
-- The numbers are those of recall.change.tx, so that snapshots of one cluster are never compared
-- with numbers of another. A transaction is visible at a tick if its number is below `upper` and not
-- in `open`.
CREATE TABLE IF NOT EXISTS recall.tick (
  id          bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
  at          timestamptz NOT NULL,
  valid_until timestamptz NOT NULL,
  upper       bigint      NOT NULL,
  open        bigint[]    NOT NULL,
  incarnation integer     NOT NULL,
  on_time     boolean     NOT NULL,
  turned_back boolean     NOT NULL,
  settled     boolean     NOT NULL,
  CONSTRAINT tick_pkey PRIMARY KEY (id),
  CONSTRAINT tick_lasts CHECK (valid_until >= at)
);

CREATE INDEX IF NOT EXISTS tick_at ON recall.tick (at, id) WHERE on_time;
CREATE INDEX IF NOT EXISTS tick_turned_back ON recall.tick (at, id) WHERE turned_back;
CREATE INDEX IF NOT EXISTS tick_settled ON recall.tick (id) WHERE settled;
CREATE INDEX IF NOT EXISTS tick_upper ON recall.tick (upper, id);

COMMENT ON TABLE recall.tick IS 'Recorded snapshots: which transactions were visible at a time.';
COMMENT ON COLUMN recall.tick.id IS 'The number of the tick, ascending as ticks were taken.';
COMMENT ON COLUMN recall.tick.at IS 'When the snapshot was taken, by the server''s clock.';
COMMENT ON COLUMN recall.tick.valid_until IS 'Until when no change of a tracked table became visible, as far as is known.';
COMMENT ON COLUMN recall.tick.upper IS 'Transactions with this number or a higher one were not visible.';
COMMENT ON COLUMN recall.tick.open IS 'Those with a lower number that were not visible either, because they were open.';
COMMENT ON COLUMN recall.tick.incarnation IS 'The cluster, in recall.incarnation.';
COMMENT ON COLUMN recall.tick.on_time IS
  'Whether the snapshot is of the time `at`; not in a transaction that went on reading an older snapshot.';
COMMENT ON COLUMN recall.tick.turned_back IS 'Whether the clock had been turned back since the tick before.';
COMMENT ON COLUMN recall.tick.settled IS
  'Whether the commit times of what became visible until then are in recall.commit, where the server tells them.';
