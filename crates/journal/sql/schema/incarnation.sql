-- Transaction numbers (xid8) mean something within one cluster only. A journal that was restored
-- into another cluster meets numbers that it has seen before; each stretch of life in one cluster
-- is an incarnation, and xids and snapshots are compared within one incarnation only.
CREATE TABLE IF NOT EXISTS recall.incarnation (
  id         integer     NOT NULL GENERATED ALWAYS AS IDENTITY,
  started_at timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
  CONSTRAINT incarnation_pkey PRIMARY KEY (id)
);

COMMENT ON TABLE recall.incarnation IS
  'The clusters in which this journal has lived, oldest first: xids are comparable within one of them only.';
COMMENT ON COLUMN recall.incarnation.id IS 'Ascending; the highest is the present one.';
COMMENT ON COLUMN recall.incarnation.started_at IS 'When the journal first wrote in that cluster.';

INSERT INTO recall.incarnation (started_at)
SELECT pg_catalog.clock_timestamp()
WHERE NOT EXISTS (SELECT FROM recall.incarnation);
