-- The last stretch in which somebody changed very much. Each look sees a part of it only; that it is
-- the same stretch is told by the beginning that is kept here.
CREATE TABLE recall_control.bulk_stretch (
  target   text        NOT NULL,
  who_hash bytea       NOT NULL,
  from_at  timestamptz NOT NULL,
  until_at timestamptz NOT NULL,
  CONSTRAINT bulk_stretch_pkey PRIMARY KEY (target, who_hash)
);

COMMENT ON TABLE recall_control.bulk_stretch IS 'The last stretch in which somebody changed very much.';
COMMENT ON COLUMN recall_control.bulk_stretch.who_hash IS 'SHA-256 of the actor, or of the database user where none is known.';
