-- After how many changes of a table the upkeep takes a checkpoint of it. Without a row it takes none.
CREATE TABLE IF NOT EXISTS recall.checkpoint_policy (
  relation integer     NOT NULL REFERENCES recall.relation (id),
  changes  bigint      NOT NULL,
  keep     integer     NOT NULL,
  set_by   text        NOT NULL DEFAULT session_user,
  set_at   timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
  CONSTRAINT checkpoint_policy_pkey PRIMARY KEY (relation),
  CONSTRAINT checkpoint_policy_has_some_changes CHECK (changes > 0),
  CONSTRAINT checkpoint_policy_keeps_one CHECK (keep > 0)
);

COMMENT ON TABLE recall.checkpoint_policy IS
  'After how many changes a checkpoint of a table is taken. Written by `pgrecall checkpoint every`; `pgrecall maintain` takes them.';
COMMENT ON COLUMN recall.checkpoint_policy.relation IS 'The table in recall.relation.';
COMMENT ON COLUMN recall.checkpoint_policy.changes IS 'After so many changes since the last one.';
COMMENT ON COLUMN recall.checkpoint_policy.keep IS 'How many are kept; older ones go.';
COMMENT ON COLUMN recall.checkpoint_policy.set_by IS 'The database user that said so.';
COMMENT ON COLUMN recall.checkpoint_policy.set_at IS 'When that was.';
