-- A copy of all rows of a table at a moment, from which the journal alone tells what they were at others: on
-- from there, or back. The rows are in recall.baseline_row. A table that had no row when its tracking began
-- has a baseline of none, which costs nothing.
CREATE TABLE IF NOT EXISTS recall.baseline (
  id       bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
  relation integer     NOT NULL REFERENCES recall.relation (id),
  tx       bigint      NOT NULL,
  at       timestamptz NOT NULL,
  upper    bigint      NOT NULL,
  open     bigint[]    NOT NULL,
  shape    integer,
  rows     bigint      NOT NULL,
  CONSTRAINT baseline_pkey PRIMARY KEY (id),
  CONSTRAINT baseline_rows_have_a_shape CHECK (shape IS NOT NULL OR rows = 0)
);

CREATE INDEX IF NOT EXISTS baseline_relation ON recall.baseline (relation, id);

COMMENT ON TABLE recall.baseline IS 'Moments at which all rows of a table were copied into the journal.';
COMMENT ON COLUMN recall.baseline.id IS 'Ascending.';
COMMENT ON COLUMN recall.baseline.relation IS 'The table in recall.relation.';
COMMENT ON COLUMN recall.baseline.tx IS 'The transaction that copied the rows.';
COMMENT ON COLUMN recall.baseline.at IS 'When it did.';
COMMENT ON COLUMN recall.baseline.upper IS 'What transactions with this number and higher changed is not in it.';
COMMENT ON COLUMN recall.baseline.open IS 'Nor what these transactions with lower numbers changed.';
COMMENT ON COLUMN recall.baseline.shape IS 'The columns of the images, in recall.shape; null where there is no row.';
COMMENT ON COLUMN recall.baseline.rows IS 'How many rows.';

-- No foreign key: it would cost each row a look at recall.baseline.
CREATE TABLE IF NOT EXISTS recall.baseline_row (
  baseline bigint NOT NULL,
  image    text   NOT NULL
);

CREATE INDEX IF NOT EXISTS baseline_row_baseline ON recall.baseline_row (baseline);

COMMENT ON TABLE recall.baseline_row IS 'The rows of baselines.';
COMMENT ON COLUMN recall.baseline_row.baseline IS 'The baseline in recall.baseline.';
COMMENT ON COLUMN recall.baseline_row.image IS 'The row, as in recall.change.';
