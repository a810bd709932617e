-- Transaction numbers of the server mean something within one cluster only. A journal that was
-- restored into another cluster would meet numbers that it has seen before; each stretch of life in
-- one cluster is an incarnation, and what it adds to the server's numbers keeps them apart.
CREATE TABLE IF NOT EXISTS recall.incarnation (
  id         integer     NOT NULL GENERATED ALWAYS AS IDENTITY,
  started_at timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
  system     text        NOT NULL,
  tx_offset  bigint      NOT NULL,
  CONSTRAINT incarnation_pkey PRIMARY KEY (id)
);

COMMENT ON TABLE recall.incarnation IS
  'The clusters in which this journal has lived, oldest first: numbers of transactions are comparable within one.';
COMMENT ON COLUMN recall.incarnation.id IS 'Ascending; the highest is the present one.';
COMMENT ON COLUMN recall.incarnation.started_at IS 'When the journal first wrote in that cluster.';
COMMENT ON COLUMN recall.incarnation.system IS 'The cluster''s own identifier; empty if the server does not tell it.';
COMMENT ON COLUMN recall.incarnation.tx_offset IS 'Added to the server''s numbers of transactions.';
