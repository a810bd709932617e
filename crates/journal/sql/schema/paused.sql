-- The tables that are paused, with what their capture functions were: while they are paused, these
-- do nothing. Replacing them waits for no lock on the table.
CREATE TABLE IF NOT EXISTS recall.paused (
  relation    integer NOT NULL REFERENCES recall.relation (id),
  definitions text[]  NOT NULL,
  CONSTRAINT paused_pkey PRIMARY KEY (relation)
);

COMMENT ON TABLE recall.paused IS 'Tables of which nothing is recorded until recall.resume().';
COMMENT ON COLUMN recall.paused.relation IS 'The table in recall.relation.';
COMMENT ON COLUMN recall.paused.definitions IS 'The statements that make its capture functions as they were.';
