-- What the user wants recorded, whenever it is made: patterns of tables, and exceptions from them.
-- The last one that fits a table decides. Patterns stand here as LIKE reads them, so that the server
-- can find what fits a table without asking anybody.
CREATE TABLE IF NOT EXISTS recall.pattern (
  id          integer NOT NULL GENERATED ALWAYS AS IDENTITY,
  text        text    NOT NULL,
  schema_like text,
  table_like  text    NOT NULL,
  tracked     boolean NOT NULL,
  options     jsonb   NOT NULL DEFAULT '{}',
  CONSTRAINT pattern_pkey PRIMARY KEY (id),
  CONSTRAINT pattern_text_key UNIQUE (text)
);

COMMENT ON TABLE recall.pattern IS 'Which tables are to be tracked, those that do not exist yet too. The last that fits decides.';
COMMENT ON COLUMN recall.pattern.id IS 'Ascending: what was said last.';
COMMENT ON COLUMN recall.pattern.text IS 'The pattern as the user wrote it, with the schema.';
COMMENT ON COLUMN recall.pattern.schema_like IS 'The schemas that it meets, for LIKE; null meets all.';
COMMENT ON COLUMN recall.pattern.table_like IS 'The tables that it meets, for LIKE.';
COMMENT ON COLUMN recall.pattern.tracked IS 'Whether what it meets is to be tracked, or is an exception.';
COMMENT ON COLUMN recall.pattern.options IS 'How: columns that are excluded or hashed, and guards.';
