-- What became of tracked tables: columns, names, keys, partitions. Either an event trigger saw it, in
-- the transaction that did it, or it was noticed later by comparing. Never the text of the command:
-- it may hold values, or a password.
CREATE TABLE IF NOT EXISTS recall.schema_change (
  id            bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
  at            timestamptz NOT NULL,
  tx            bigint      NOT NULL,
  relation      integer     NOT NULL REFERENCES recall.relation (id),
  command       text,
  table_name    text        NOT NULL,
  details       jsonb       NOT NULL,
  database_user text        NOT NULL,
  database_role text,
  CONSTRAINT schema_change_pkey PRIMARY KEY (id)
);

CREATE INDEX IF NOT EXISTS schema_change_relation ON recall.schema_change (relation, id);

COMMENT ON TABLE recall.schema_change IS 'What became of the columns, names, keys and partitions of tracked tables.';
COMMENT ON COLUMN recall.schema_change.id IS 'Ascending.';
COMMENT ON COLUMN recall.schema_change.at IS 'When it was done, or noticed.';
COMMENT ON COLUMN recall.schema_change.tx IS 'The transaction that did it, or noticed it.';
COMMENT ON COLUMN recall.schema_change.relation IS 'The table in recall.relation.';
COMMENT ON COLUMN recall.schema_change.command IS 'The kind of command, such as ALTER TABLE; null where it was noticed later.';
COMMENT ON COLUMN recall.schema_change.table_name IS 'The table, as it was called then.';
COMMENT ON COLUMN recall.schema_change.details IS 'What differs: {"name", "columns", "key", "partitions"}, each with what was and what is.';
COMMENT ON COLUMN recall.schema_change.database_user IS 'Who did it, or noticed it.';
COMMENT ON COLUMN recall.schema_change.database_role IS 'The role that had been taken on with SET ROLE.';
