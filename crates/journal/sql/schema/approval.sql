-- Permission to delete rows of a protected table. What the context claims anybody can claim; a
-- row of this table cannot be made by the application, and its number cannot be guessed.
CREATE TABLE IF NOT EXISTS recall.approval (
  id         uuid        NOT NULL DEFAULT pg_catalog.gen_random_uuid(),
  kind       text        NOT NULL,
  relation   integer     REFERENCES recall.relation (id),
  actor      text,
  reason     text,
  made_tx    bigint      NOT NULL,
  made_by    text        NOT NULL,
  made_at    timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  used_xid   xid8,
  used_at    timestamptz,
  CONSTRAINT approval_pkey PRIMARY KEY (id),
  CONSTRAINT approval_kind_known CHECK (kind IN ('approval', 'second factor')),
  CONSTRAINT approval_is_bound CHECK (
    CASE kind WHEN 'approval' THEN relation IS NOT NULL ELSE actor IS NOT NULL END
  )
);

COMMENT ON TABLE recall.approval IS 'Approvals and confirmed second factors, with which rows of protected tables may be deleted.';
COMMENT ON COLUMN recall.approval.id IS 'What the context names as approval or second_factor.';
COMMENT ON COLUMN recall.approval.kind IS 'approval: for one transaction on one table; second factor: for one actor, until it expires.';
COMMENT ON COLUMN recall.approval.relation IS 'The table in recall.relation; null: every table.';
COMMENT ON COLUMN recall.approval.actor IS 'The actor who may use it; null: any.';
COMMENT ON COLUMN recall.approval.reason IS 'Why it was given.';
COMMENT ON COLUMN recall.approval.made_tx IS 'The transaction in which it was given, with who and why.';
COMMENT ON COLUMN recall.approval.made_by IS 'The database user that gave it.';
COMMENT ON COLUMN recall.approval.made_at IS 'When it was given.';
COMMENT ON COLUMN recall.approval.expires_at IS 'When it ends.';
COMMENT ON COLUMN recall.approval.used_xid IS 'The server''s number of the one transaction that used an approval.';
COMMENT ON COLUMN recall.approval.used_at IS 'When that transaction first used it.';
COMMENT ON CONSTRAINT approval_is_bound ON recall.approval IS
  'An approval is for a table, a second factor is somebody''s.';
