-- Short-lived tokens for what customers embed in pages of their own. A row each, and not a signed
-- text: so they end with the token that minted them, hold at every server that shares the home, and
-- nothing that lets somebody in has to be kept but a hash.
CREATE TABLE recall_control.viewer_token (
  id         bigint      GENERATED ALWAYS AS IDENTITY,
  token_hash bytea       NOT NULL,
  minted_by  bigint      NOT NULL,
  target     text        NOT NULL,
  tenant     text,
  tables     text[],
  record_key text,
  rights     text[]      NOT NULL,
  subject    text,
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL,
  CONSTRAINT viewer_token_pkey PRIMARY KEY (id),
  CONSTRAINT viewer_token_hash_key UNIQUE (token_hash),
  CONSTRAINT viewer_token_minted_by_fkey FOREIGN KEY (minted_by) REFERENCES recall_control.token ON DELETE CASCADE,
  CONSTRAINT viewer_token_has_rights CHECK (cardinality(rights) > 0),
  -- An empty list must not be taken for all tables.
  CONSTRAINT viewer_token_has_tables CHECK (cardinality(tables) > 0),
  CONSTRAINT viewer_token_record_is_of_a_table CHECK (record_key IS NULL OR (tables IS NOT NULL AND cardinality(tables) = 1))
);

CREATE INDEX viewer_token_minted_by ON recall_control.viewer_token (minted_by);
CREATE INDEX viewer_token_expires_at ON recall_control.viewer_token (expires_at);

COMMENT ON TABLE recall_control.viewer_token IS 'Short-lived tokens for embedded pages; forgotten when they expire.';
COMMENT ON COLUMN recall_control.viewer_token.token_hash IS 'SHA-256 of the token.';
COMMENT ON COLUMN recall_control.viewer_token.minted_by IS 'The API token that minted it; it ends with that.';
COMMENT ON COLUMN recall_control.viewer_token.target IS 'The target for which it holds.';
COMMENT ON COLUMN recall_control.viewer_token.tenant IS 'The tenant whose part it shows; null where the target has no tenants.';
COMMENT ON COLUMN recall_control.viewer_token.tables IS 'The only tables it shows; null for all.';
COMMENT ON COLUMN recall_control.viewer_token.record_key IS 'The only record of that table which it shows, as it was given; null for all.';
COMMENT ON COLUMN recall_control.viewer_token.rights IS 'What may be done with it.';
COMMENT ON COLUMN recall_control.viewer_token.subject IS 'The end user for whom it was minted, as the customer calls them.';
