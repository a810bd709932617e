-- Who may use the server. Named so because `user` is a word of SQL.
--
-- The secret of a second factor must be read to check a code, so it cannot be hashed; the last step
-- that was used is kept, because a code counts once (RFC 6238, section 5.2).
CREATE TABLE recall_control.user_account (
  id             bigint      GENERATED ALWAYS AS IDENTITY,
  name           text        NOT NULL,
  password_hash  text,
  created_at     timestamptz NOT NULL DEFAULT now(),
  disabled_at    timestamptz,
  failures       integer     NOT NULL DEFAULT 0,
  locked_until   timestamptz,
  last_sign_in_at timestamptz,
  totp_secret    bytea,
  totp_confirmed boolean     NOT NULL DEFAULT false,
  totp_last_step bigint      NOT NULL DEFAULT 0,
  CONSTRAINT user_account_pkey PRIMARY KEY (id),
  CONSTRAINT user_account_name_key UNIQUE (name),
  CONSTRAINT user_account_name_form CHECK (name ~ '^[a-z0-9][a-z0-9._@+-]{0,99}$'),
  CONSTRAINT user_account_confirmed_secret CHECK (totp_secret IS NOT NULL OR NOT totp_confirmed)
);

COMMENT ON TABLE recall_control.user_account IS 'The users of the server of pgRecall.';
COMMENT ON COLUMN recall_control.user_account.name IS 'What the user types to sign in, in lower case; the actor of what it does in journals.';
COMMENT ON COLUMN recall_control.user_account.password_hash IS 'argon2id, as a PHC string; null until the user has set a password.';
COMMENT ON COLUMN recall_control.user_account.disabled_at IS 'Since when the user may do nothing.';
COMMENT ON COLUMN recall_control.user_account.failures IS 'Failed attempts to sign in since the last that succeeded.';
COMMENT ON COLUMN recall_control.user_account.locked_until IS 'Until when no attempt to sign in succeeds.';
COMMENT ON COLUMN recall_control.user_account.last_sign_in_at IS 'When the user last signed in.';
COMMENT ON COLUMN recall_control.user_account.totp_secret IS 'The secret of the second factor.';
COMMENT ON COLUMN recall_control.user_account.totp_confirmed IS 'Whether the user has shown that its device knows the secret.';
COMMENT ON COLUMN recall_control.user_account.totp_last_step IS 'The time step of the last code that was accepted.';
