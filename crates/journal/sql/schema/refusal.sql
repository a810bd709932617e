-- What guards refused. A refusal rolls its transaction back, so it cannot write here itself: it
-- leaves its traces in sequences, from which recall._collect_refusals() takes them.
CREATE TABLE IF NOT EXISTS recall.refusal (
  id            bigint      NOT NULL,
  at            timestamptz NOT NULL,
  guard         text        NOT NULL,
  op            text        NOT NULL,
  relation      integer,
  database_user text,
  detail        text,
  CONSTRAINT refusal_pkey PRIMARY KEY (id)
);

COMMENT ON TABLE recall.refusal IS 'What guards refused, as far as it was collected. Read it through recall.refusals.';
COMMENT ON COLUMN recall.refusal.id IS 'Ascending; a number that is missing was overwritten before it was collected.';
COMMENT ON COLUMN recall.refusal.at IS 'When it was refused.';
COMMENT ON COLUMN recall.refusal.guard IS 'address, changes, protection or drop.';
COMMENT ON COLUMN recall.refusal.op IS 'insert, update, delete, truncate or drop.';
COMMENT ON COLUMN recall.refusal.relation IS 'The table in recall.relation.';
COMMENT ON COLUMN recall.refusal.database_user IS 'The database user that was refused.';
COMMENT ON COLUMN recall.refusal.detail IS
  'The beginning of the actor, or of the address for the guard address; it ends with … where it was longer.';
