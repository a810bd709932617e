-- A tracked table keeps its number through renames, and after it was dropped: changes refer to
-- the number. `oid` finds the table as it is called today.
CREATE TABLE IF NOT EXISTS recall.relation (
  id               integer     NOT NULL GENERATED ALWAYS AS IDENTITY,
  oid              oid         NOT NULL,
  schema_name      text        NOT NULL,
  table_name       text        NOT NULL,
  key_columns      text[]      NOT NULL,
  excluded_columns text[]      NOT NULL DEFAULT '{}',
  hashed_columns   text[]      NOT NULL DEFAULT '{}',
  tracked          boolean     NOT NULL,
  since_tx         bigint      NOT NULL,
  since_at         timestamptz NOT NULL,
  since_change     bigint      NOT NULL,
  shape            integer,
  leaves           oid[],
  only_roles       oid[],
  only_role_names  text[],
  condition        text,
  on_failure       text        NOT NULL DEFAULT 'strict',
  after_image      text        NOT NULL DEFAULT 'full',
  for_each         text        NOT NULL DEFAULT 'row',
  seen             jsonb,
  functions        text,
  CONSTRAINT relation_pkey PRIMARY KEY (id),
  CONSTRAINT relation_oid_key UNIQUE (oid),
  CONSTRAINT relation_only_roles_have_names CHECK ((cardinality(only_roles) = cardinality(only_role_names)) IS NOT FALSE),
  CONSTRAINT relation_on_failure_known CHECK (on_failure IN ('strict', 'isolate')),
  CONSTRAINT relation_after_image_known CHECK (after_image IN ('full', 'changed')),
  CONSTRAINT relation_for_each_known CHECK (for_each IN ('row', 'statement'))
);

COMMENT ON TABLE recall.relation IS 'The tables that are or were tracked.';
COMMENT ON COLUMN recall.relation.id IS 'The number that changes refer to.';
COMMENT ON COLUMN recall.relation.oid IS 'The table in pg_class, while it exists.';
COMMENT ON COLUMN recall.relation.schema_name IS 'The schema when the table was last tracked.';
COMMENT ON COLUMN recall.relation.table_name IS 'The name when the table was last tracked.';
COMMENT ON COLUMN recall.relation.key_columns IS 'The columns that identify a row; empty if none do.';
COMMENT ON COLUMN recall.relation.excluded_columns IS 'Columns that the journal never sees.';
COMMENT ON COLUMN recall.relation.hashed_columns IS 'Columns of which the journal keeps a SHA-256 only.';
COMMENT ON COLUMN recall.relation.tracked IS 'Whether changes are being recorded.';
COMMENT ON COLUMN recall.relation.since_tx IS 'The transaction that began the tracking.';
COMMENT ON COLUMN recall.relation.since_at IS 'When the tracking began.';
COMMENT ON COLUMN recall.relation.since_change IS 'Changes of the table with this number and higher are under its present key.';
COMMENT ON COLUMN recall.relation.shape IS 'The columns of the images that are recorded now, in recall.shape.';
COMMENT ON COLUMN recall.relation.leaves IS 'The partitions that the table had when it was last tracked.';
COMMENT ON COLUMN recall.relation.only_roles IS 'Only changes by members of these roles are recorded; null: by everybody.';
COMMENT ON COLUMN recall.relation.only_role_names IS 'The names of these roles when the table was last tracked; they find them after a restore.';
COMMENT ON COLUMN recall.relation.condition IS 'Only changes of which this is true are recorded, as the server prints it; null: all.';
COMMENT ON COLUMN recall.relation.on_failure IS 'What becomes of a change that cannot be recorded: strict (it fails) or isolate (it stays, and a gap is noted).';
COMMENT ON COLUMN recall.relation.after_image IS 'What is kept of a row after an update: all of it (full) or what changed (changed).';
COMMENT ON COLUMN recall.relation.for_each IS 'Whether changes are recorded for each row, or for each statement where that may be.';
COMMENT ON COLUMN recall.relation.seen IS 'Name, columns, key and partitions of the table when it was last looked at.';
COMMENT ON COLUMN recall.relation.functions IS 'What tells whether the functions that record it are as they were written.';
