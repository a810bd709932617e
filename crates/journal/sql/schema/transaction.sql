-- One row a transaction that changed something, written at its first change, with who and why.
--
-- `id` comes from a sequence, not from the xid: it keeps ascending after the journal was restored
-- into another cluster. A change belongs to a transaction only if both its `tx` and its `xid`
-- fit: the xid cannot be chosen by the client, so a forged setting attaches nothing.
CREATE TABLE IF NOT EXISTS recall.transaction (
  id            bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
  incarnation   integer     NOT NULL,
  xid           xid8        NOT NULL,
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
  extra         jsonb,
  CONSTRAINT transaction_pkey PRIMARY KEY (id),
  CONSTRAINT transaction_xid_key UNIQUE (incarnation, xid)
);

CREATE INDEX IF NOT EXISTS transaction_at ON recall.transaction (at, id);
CREATE INDEX IF NOT EXISTS transaction_actor ON recall.transaction (actor, id) WHERE actor IS NOT NULL;

COMMENT ON TABLE recall.transaction IS 'The transactions that changed tracked rows, with who and why.';
COMMENT ON COLUMN recall.transaction.id IS 'The journal''s own number: ascending, never reused.';
COMMENT ON COLUMN recall.transaction.incarnation IS 'The cluster to which the xid belongs.';
COMMENT ON COLUMN recall.transaction.xid IS 'The server''s number of the transaction.';
COMMENT ON COLUMN recall.transaction.started_at IS 'When the transaction began.';
COMMENT ON COLUMN recall.transaction.at IS 'When it made its first change to a tracked table.';
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
COMMENT ON COLUMN recall.transaction.extra IS 'Whatever else the application gave.';
