-- Which tenant's part of the journal a role may read. A setting could be forged by whoever may run
-- SQL; a row here cannot: only the journal's owner writes it, through recall.grant_viewer().
CREATE TABLE IF NOT EXISTS recall.viewer (
  role   name NOT NULL,
  tenant text NOT NULL,
  actor  text,
  CONSTRAINT viewer_pkey PRIMARY KEY (role)
);

-- A viewer's changes are found through its transactions.
CREATE INDEX IF NOT EXISTS transaction_tenant ON recall.transaction (tenant, id) WHERE tenant IS NOT NULL;

COMMENT ON TABLE recall.viewer IS
  'The roles that may read one tenant''s part of the journal. Written by recall.grant_viewer() and recall.revoke_viewer().';
COMMENT ON COLUMN recall.viewer.role IS 'The role, as current_user gives it.';
COMMENT ON COLUMN recall.viewer.tenant IS 'The tenant whose transactions it sees.';
COMMENT ON COLUMN recall.viewer.actor IS 'The only actor whose transactions it sees; null means all of the tenant.';
