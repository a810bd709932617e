-- Who users are at a provider of identities. The pair of issuer and subject is what is never given to
-- somebody else (OpenID Connect Core, section 2); an address of mail may be.
CREATE TABLE recall_control.identity (
  issuer       text        NOT NULL,
  subject      text        NOT NULL,
  user_id      bigint      NOT NULL,
  created_at   timestamptz NOT NULL DEFAULT now(),
  last_used_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT identity_pkey PRIMARY KEY (issuer, subject),
  CONSTRAINT identity_user_fkey FOREIGN KEY (user_id) REFERENCES recall_control.user_account ON DELETE CASCADE
);

CREATE INDEX identity_of_user ON recall_control.identity (user_id);

COMMENT ON TABLE recall_control.identity IS 'Who users are at providers of OpenID Connect.';
COMMENT ON COLUMN recall_control.identity.subject IS 'What the provider calls the user, for good.';
