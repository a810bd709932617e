-- What happened in the application and is no change of a row: a log-in, an export, a mail sent.
CREATE TABLE IF NOT EXISTS recall.event (
  id         bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
  at         timestamptz NOT NULL,
  tx         bigint      NOT NULL,
  action     text        NOT NULL,
  details    jsonb       NOT NULL,
  relation   integer,
  table_name text,
  key        jsonb,
  CONSTRAINT event_pkey PRIMARY KEY (id)
);

CREATE INDEX IF NOT EXISTS event_transaction ON recall.event (tx, id);
CREATE INDEX IF NOT EXISTS event_action ON recall.event (action, id);

COMMENT ON TABLE recall.event IS 'Events of the application that are no change of a row. Read it through recall.events.';
COMMENT ON COLUMN recall.event.id IS 'Ascending.';
COMMENT ON COLUMN recall.event.at IS 'When it was logged, by the server''s clock.';
COMMENT ON COLUMN recall.event.tx IS 'The transaction in recall.transaction, with who and why.';
COMMENT ON COLUMN recall.event.action IS 'What was done, in the words of the application.';
COMMENT ON COLUMN recall.event.details IS 'Whatever else the application gave.';
COMMENT ON COLUMN recall.event.relation IS 'The table it is about, if that is or was tracked.';
COMMENT ON COLUMN recall.event.table_name IS 'The table it is about, as it was called then.';
COMMENT ON COLUMN recall.event.key IS 'The record it is about: {"column": value}.';
