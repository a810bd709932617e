-- What the application says about its transactions: one row each, written at the first change. A
-- transaction of which nothing is said has none; recall.change names the database user.
--
-- `id` is the number that the server gave the transaction, plus what recall.incarnation adds: no
-- client can choose it, so nothing can be attached to somebody else's transaction.
CREATE TABLE IF NOT EXISTS recall.transaction (
  id            bigint      NOT NULL,
  started_at    timestamptz NOT NULL,
  at            timestamptz NOT NULL,
  database_user text        NOT NULL,
  database_role text,
  actor         text,
  actor_email   text,
  tenant        text,
  session       text,
  request       text,
  reason        text,
  application   text,
  ip            text,
  user_agent    text,
  operation     bigint,
  extra         jsonb,
  CONSTRAINT transaction_pkey PRIMARY KEY (id)
);

CREATE INDEX IF NOT EXISTS transaction_at ON recall.transaction (at, id);
CREATE INDEX IF NOT EXISTS transaction_actor ON recall.transaction (actor, id) WHERE actor IS NOT NULL;

COMMENT ON TABLE recall.transaction IS 'What applications say about their transactions: who and why.';
COMMENT ON COLUMN recall.transaction.id IS 'The number of the transaction: ascending as transactions first wrote, never reused.';
COMMENT ON COLUMN recall.transaction.started_at IS 'When the transaction began.';
COMMENT ON COLUMN recall.transaction.at IS 'When this was written: at the first change of which the application had said something.';
COMMENT ON COLUMN recall.transaction.database_user IS 'The database user that logged in.';
COMMENT ON COLUMN recall.transaction.database_role IS 'The role taken on with SET ROLE, if any.';
COMMENT ON COLUMN recall.transaction.actor IS 'The application''s user.';
COMMENT ON COLUMN recall.transaction.actor_email IS 'The actor''s mail address as it was then.';
COMMENT ON COLUMN recall.transaction.tenant IS 'The customer whose data it is.';
COMMENT ON COLUMN recall.transaction.session IS 'The actor''s session.';
COMMENT ON COLUMN recall.transaction.request IS 'The request within the session.';
COMMENT ON COLUMN recall.transaction.reason IS 'Why.';
COMMENT ON COLUMN recall.transaction.application IS 'The program that connected.';
COMMENT ON COLUMN recall.transaction.ip IS 'The actor''s address, or that of the database client.';
COMMENT ON COLUMN recall.transaction.user_agent IS 'The actor''s browser or client.';
COMMENT ON COLUMN recall.transaction.operation IS 'The operation under which it was made, in recall.operation.';
COMMENT ON COLUMN recall.transaction.extra IS 'Whatever else the application gave.';
