-- Security keys and passkeys of users, as second factors. What is kept of a key is public: who reads
-- this table cannot sign with it.
CREATE TABLE recall_control.security_key (
  id            bigint      GENERATED ALWAYS AS IDENTITY,
  user_id       bigint      NOT NULL,
  name          text        NOT NULL,
  domain        text        NOT NULL,
  credential_id bytea       NOT NULL,
  transports    smallint    NOT NULL,
  public_key    bytea       NOT NULL,
  state         bytea       NOT NULL,
  created_at    timestamptz NOT NULL DEFAULT now(),
  last_used_at  timestamptz,
  CONSTRAINT security_key_pkey PRIMARY KEY (id),
  CONSTRAINT security_key_credential_key UNIQUE (credential_id),
  CONSTRAINT security_key_name_key UNIQUE (user_id, name),
  CONSTRAINT security_key_user_fkey FOREIGN KEY (user_id) REFERENCES recall_control.user_account ON DELETE CASCADE,
  CONSTRAINT security_key_name_form CHECK (name ~ '^[^[:cntrl:]]{1,100}$')
);

COMMENT ON TABLE recall_control.security_key IS 'Security keys and passkeys, as second factors.';
COMMENT ON COLUMN recall_control.security_key.name IS 'What the user calls it.';
COMMENT ON COLUMN recall_control.security_key.domain IS 'The domain for which it was made (the RP ID of Web Authentication); it is good for no other.';
COMMENT ON COLUMN recall_control.security_key.credential_id IS 'What the key itself is called.';
COMMENT ON COLUMN recall_control.security_key.transports IS 'How browsers reach it, a bit each, as webauthn_rp writes it.';
COMMENT ON COLUMN recall_control.security_key.public_key IS 'What its signatures are checked with, as webauthn_rp writes it.';
COMMENT ON COLUMN recall_control.security_key.state IS 'What changes with its use, such as how often it has signed, as webauthn_rp writes it.';
COMMENT ON COLUMN recall_control.security_key.last_used_at IS 'When it was last shown; null if never.';
