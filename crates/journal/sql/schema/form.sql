-- What a tracked table looked like from some transaction on: its name and its columns. So the past can
-- be shown in the form that it had then. An event trigger writes the row in the transaction that altered
-- the table; where nobody saw that, it is written when it is noticed, with what is known of the time.
--
-- A column goes by its number, which stays through renames and is never given twice.
CREATE TABLE IF NOT EXISTS recall.form (
  id          bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
  relation    integer     NOT NULL REFERENCES recall.relation (id),
  tx          bigint      NOT NULL,
  at          timestamptz NOT NULL,
  change      bigint      NOT NULL,
  after_tx    bigint,
  after_at    timestamptz,
  schema_name text        NOT NULL,
  table_name  text        NOT NULL,
  columns     jsonb,
  given       jsonb       NOT NULL DEFAULT '{}',
  CONSTRAINT form_pkey PRIMARY KEY (id),
  CONSTRAINT form_after_as_a_whole CHECK ((after_tx IS NULL) = (after_at IS NULL))
);

CREATE INDEX IF NOT EXISTS form_relation ON recall.form (relation, id);
CREATE INDEX IF NOT EXISTS form_transaction ON recall.form (tx);

COMMENT ON TABLE recall.form IS 'The names and columns that tracked tables had, from which transaction on.';
COMMENT ON COLUMN recall.form.id IS 'Ascending: the form with the highest number that counts at a moment is that of the moment.';
COMMENT ON COLUMN recall.form.relation IS 'The table in recall.relation.';
COMMENT ON COLUMN recall.form.tx IS 'The transaction from which on the table is known to have had this form.';
COMMENT ON COLUMN recall.form.at IS 'The same as a time.';
COMMENT ON COLUMN recall.form.change IS 'Changes of the table with this number and higher were recorded in this form.';
COMMENT ON COLUMN recall.form.after_tx IS 'Where nobody saw the alteration: the last transaction of which it is known that it came before.';
COMMENT ON COLUMN recall.form.after_at IS 'The same as a time.';
COMMENT ON COLUMN recall.form.schema_name IS 'The schema.';
COMMENT ON COLUMN recall.form.table_name IS 'The name.';
COMMENT ON COLUMN recall.form.columns IS 'The columns, by their numbers: {"1": [name, type]}; null: the table was dropped.';
COMMENT ON COLUMN recall.form.given IS 'What rows that were there got in columns that were added, by their numbers; a column that is not named here got what nobody knows.';
