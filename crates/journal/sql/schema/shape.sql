-- The columns that the images of a table have, in their order. A table that is altered gets another
-- shape; the old ones stay, for the images that were written in them. Each has a composite type
-- recall.shape_<id> in which its images are read. Types that are not the server's own are text in
-- it, so that the journal never stands in the way of dropping them.
CREATE TABLE IF NOT EXISTS recall.shape (
  id       integer NOT NULL GENERATED ALWAYS AS IDENTITY,
  relation integer NOT NULL,
  columns  text[]  NOT NULL,
  types    text[]  NOT NULL,
  read_as  text[]  NOT NULL,
  numbers  int2[]  NOT NULL,
  CONSTRAINT shape_pkey PRIMARY KEY (id)
);

COMMENT ON TABLE recall.shape IS 'The columns of the images in recall.change.';
COMMENT ON COLUMN recall.shape.id IS 'The number that changes refer to.';
COMMENT ON COLUMN recall.shape.relation IS 'The table in recall.relation.';
COMMENT ON COLUMN recall.shape.columns IS 'The names of the columns, in the order of the image.';
COMMENT ON COLUMN recall.shape.types IS 'Their types in the table; the empty text where only a hash is kept.';
COMMENT ON COLUMN recall.shape.read_as IS 'The types in which they are read.';
COMMENT ON COLUMN recall.shape.numbers IS 'Their numbers in the table, which stay through renames.';
