-- What is watched over on a tracked table beyond recording it. The triggers hold a copy of it, so
-- that no write reads this table.
CREATE TABLE IF NOT EXISTS recall.guard (
  relation    integer     NOT NULL REFERENCES recall.relation (id),
  allow_from  inet[],
  allow_local boolean     NOT NULL DEFAULT false,
  max_changes integer,
  protect     boolean     NOT NULL DEFAULT false,
  since_tx    bigint      NOT NULL,
  CONSTRAINT guard_pkey PRIMARY KEY (relation),
  CONSTRAINT guard_max_changes_positive CHECK (max_changes > 0),
  CONSTRAINT guard_local_is_part_of_allow_from CHECK (allow_from IS NOT NULL OR NOT allow_local)
);

COMMENT ON TABLE recall.guard IS 'The guards of tracked tables. Set them with `pgrecall track`; changing a row here changes nothing.';
COMMENT ON COLUMN recall.guard.relation IS 'The table in recall.relation.';
COMMENT ON COLUMN recall.guard.allow_from IS 'The networks from which it may be changed; null: from everywhere.';
COMMENT ON COLUMN recall.guard.allow_local IS 'Whether it may be changed over a Unix socket and by the server''s own workers, where allow_from is set.';
COMMENT ON COLUMN recall.guard.max_changes IS 'How many of its rows an actor may change within a minute; null: any number.';
COMMENT ON COLUMN recall.guard.protect IS 'Whether its rows may only be deleted with an approval or a second factor.';
COMMENT ON COLUMN recall.guard.since_tx IS 'The transaction in which the guards were last set.';

ALTER TABLE recall.guard ADD COLUMN IF NOT EXISTS guard_drop boolean NOT NULL DEFAULT false;

COMMENT ON COLUMN recall.guard.guard_drop IS 'Whether it may only be dropped with an approval or a second factor.';
