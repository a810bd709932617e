-- From version 3, when every table was recorded for each row.
ALTER TABLE recall.relation
  ADD COLUMN IF NOT EXISTS for_each text NOT NULL DEFAULT 'row'
    CONSTRAINT relation_for_each_known CHECK (for_each IN ('row', 'statement'));
