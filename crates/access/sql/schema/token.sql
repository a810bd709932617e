-- Tokens of programs: they may what their user may, as far as their scopes and their target go.
CREATE TABLE recall_control.token (
  id           bigint      GENERATED ALWAYS AS IDENTITY,
  token_hash   bytea       NOT NULL,
  user_id      bigint      NOT NULL,
  name         text        NOT NULL,
  scopes       text[]      NOT NULL,
  target       text        NOT NULL DEFAULT '*',
  created_at   timestamptz NOT NULL DEFAULT now(),
  expires_at   timestamptz NOT NULL,
  last_used_at timestamptz,
  revoked_at   timestamptz,
  CONSTRAINT token_pkey PRIMARY KEY (id),
  CONSTRAINT token_hash_key UNIQUE (token_hash),
  CONSTRAINT token_user_fkey FOREIGN KEY (user_id) REFERENCES recall_control.user_account ON DELETE CASCADE,
  CONSTRAINT token_has_scopes CHECK (cardinality(scopes) > 0)
);

CREATE INDEX token_of_user ON recall_control.token (user_id);

COMMENT ON TABLE recall_control.token IS 'API tokens.';
COMMENT ON COLUMN recall_control.token.token_hash IS 'SHA-256 of the token.';
COMMENT ON COLUMN recall_control.token.scopes IS 'What may be done with it, of what its user may do.';
COMMENT ON COLUMN recall_control.token.target IS 'The target for which it holds; * for all of them.';
