-- What kind of data columns and tables hold, in words of the user's, such as `personal`. Rules for undos
-- ask for it.
--
-- A column goes by its number, which stays through renames and is never given twice, and a table by its
-- number in recall.relation. So neither goes over to another one that gets the same name.
CREATE TABLE IF NOT EXISTS recall.classification (
  relation      integer  NOT NULL REFERENCES recall.relation (id),
  column_number smallint NOT NULL,
  class         text     COLLATE "C" NOT NULL,
  since_tx      bigint   NOT NULL,
  CONSTRAINT classification_pkey PRIMARY KEY (relation, column_number, class),
  CONSTRAINT classification_column_number_not_negative CHECK (column_number >= 0),
  CONSTRAINT classification_class_is_a_word CHECK (class ~ '^[a-z][a-z0-9-]{0,62}$')
);

COMMENT ON TABLE recall.classification IS 'The classes of columns and tables. Set them with `pgrecall classify`.';
COMMENT ON COLUMN recall.classification.relation IS 'The table in recall.relation.';
COMMENT ON COLUMN recall.classification.column_number IS 'The number of the column in pg_attribute; 0: the table as a whole.';
COMMENT ON COLUMN recall.classification.class IS 'What kind of data it holds, such as personal.';
COMMENT ON COLUMN recall.classification.since_tx IS 'The transaction in which the class was given.';
COMMENT ON CONSTRAINT classification_class_is_a_word ON recall.classification IS 'Small letters, digits and hyphens, so that it is written in one way only.';
